"""The figures family: rules, values and the spaCy component that writes `doc.spans["figures"]`."""
