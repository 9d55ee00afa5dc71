"""Tests of what is left when processes are killed."""
