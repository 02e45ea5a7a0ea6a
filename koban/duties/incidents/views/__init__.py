"""The pages of incidents at the desk: list, new report, one incident, and one address for each step."""
