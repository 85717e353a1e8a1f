"""The data that passes between stages. Not neural nets: their weights are named in `extractors/weights`."""
