"""The public site of an office: for everybody, phone first, whole without a script."""
