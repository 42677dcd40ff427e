"""Office papers (公文) from templates that a city edits in Word and Excel; no Django, no kernel."""
