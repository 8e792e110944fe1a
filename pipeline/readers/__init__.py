"""Readers: one file for each format, chosen by the bytes."""
