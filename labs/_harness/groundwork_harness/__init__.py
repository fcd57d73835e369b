"""Grades labs: see ../README.md."""
