"""The awards family: rules, values and the spaCy component that writes `doc.spans["awards"]`."""
