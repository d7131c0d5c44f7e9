"""What coordinators see of what is delivered: the summary page, its parts, its pictures, and the report."""
