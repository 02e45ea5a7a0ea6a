"""The pages of requests: of the office, and of the resident who asks."""
