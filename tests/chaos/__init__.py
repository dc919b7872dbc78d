"""Breaks a running suite in every way a plan says, and checks what its clients were told; see README.md."""
