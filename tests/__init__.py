"""The tests; each file is named for what somebody does."""
