"""What tests share: the database server, the running office, the browser. No mocks."""
