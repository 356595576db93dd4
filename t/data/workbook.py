"""Print the rows of a workbook's worksheets as JSON, a list of cells each.

usage: workbook.py FILE
An empty line stands between two worksheets.  Reads with Python's own zipfile
and its XML parser.
"""
import json, re, sys, zipfile
from xml.etree import ElementTree

NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def place(reference):
    """Which column it is, from 0 on."""
    n = 0
    for letter in re.match("[A-Z]+", reference).group(0):
        n = n * 26 + ord(letter) - ord("A") + 1
    return n - 1


book = zipfile.ZipFile(sys.argv[1])
sheets = sorted(n for n in book.namelist() if n.startswith("xl/worksheets/sheet"))
for number, sheet in enumerate(sheets):
    if number > 0:
        print()
    for row in ElementTree.fromstring(book.read(sheet)).iter(NS + "row"):
        cells = []
        for cell in row.iter(NS + "c"):
            cells += [""] * (place(cell.get("r")) + 1 - len(cells))
            cells[-1] = "".join(t.text or "" for t in cell.iter()
                                if t.tag in (NS + "t", NS + "v"))
        print(json.dumps(cells, ensure_ascii=False))
