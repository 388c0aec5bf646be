"""The book on paper: staged pages become pandoc's model, that becomes Typst, and that a PDF.

`entydig.publishing.print.pages` is the converter, for whatever pandoc can write; `report` is the whole book as a PDF.
"""
