"""Print the cells of a flat OpenDocument spreadsheet, as JSON.

usage: cells.py FILE.fods
One list a row; a cell is [type, formula or null, text].
"""
import json, sys
import xml.etree.ElementTree as xml

NAMES = {k: "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}" % k
         for k in ("table", "office", "text")}
TABLE, OFFICE, TEXT = NAMES["table"], NAMES["office"], NAMES["text"]


def text(node):
    """What a paragraph says: runs of blanks and tabs are elements."""
    said = node.text or ""
    for part in node:
        if part.tag == TEXT + "s":
            said += " " * int(part.get(TEXT + "c", 1))
        elif part.tag == TEXT + "tab":
            said += "\t"
        else:
            said += text(part)
        said += part.tail or ""
    return said


def main(path):
    rows = []
    for row in xml.parse(path).iter(TABLE + "table-row"):
        cells = []
        for cell in row.findall(TABLE + "table-cell"):
            words = "\n".join(text(p) for p in cell.findall(TEXT + "p"))
            one = [cell.get(OFFICE + "value-type"),
                   cell.get(TABLE + "formula"), words]
            times = int(cell.get(TABLE + "number-columns-repeated", 1))
            cells += [one] * min(times, 1000)
        while cells and cells[-1] == [None, None, ""]:
            cells.pop()
        rows.append(cells)
    while rows and not rows[-1]:
        rows.pop()
    json.dump(rows, sys.stdout)


main(sys.argv[1])
