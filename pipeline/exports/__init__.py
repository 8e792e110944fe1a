"""Exports: one file for each output form."""
