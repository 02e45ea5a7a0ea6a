"""One index for whatever is looked up by words or by blind tokens: `writing.put` in the change, `asking.find`."""
