"""Office papers from templates, looked at as Excel and Word would: by what the files mean, not by their bytes."""
