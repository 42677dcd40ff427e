"""Working days and hours (工作日). Pure."""
