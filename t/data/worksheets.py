"""Read a workbook of any size, row by row, and say how many each sheet has.

usage: worksheets.py FILE
Its first column is a number that counts on from 1, over all worksheets; each
of them begins with the same header.  Reads with Python's own zipfile and
expat, which keep nothing of what is read.
"""
import re, sys, zipfile
from xml.parsers import expat


class Sheet:
    def __init__(self, number):
        self.rows, self.number, self.header = 0, number, []
        self.text, self.column = None, None

    def start(self, name, attributes):
        if name == "row":
            self.rows += 1
            if int(attributes["r"]) != self.rows:
                sys.exit(f"row {attributes['r']} is the {self.rows}th")
        elif name == "c":
            self.column = re.fullmatch("([A-Z]+)%d" % self.rows, attributes["r"]).group(1)
        elif name in ("v", "t"):
            self.text = ""

    def data(self, text):
        if self.text is not None:
            self.text += text

    def end(self, name):
        if name not in ("v", "t"):
            return
        if self.rows == 1:
            self.header.append(self.text)
        elif self.column == "A":
            self.number += 1
            if float(self.text) != self.number:
                sys.exit(f"row {self.rows} has {self.text}, not {self.number}")
        self.text = None


z = zipfile.ZipFile(sys.argv[1])
names = re.findall(rb'<sheet name="([^"]*)"', z.read("xl/workbook.xml"))
number, sizes, headers = 0, [], set()
for i in range(len(names)):
    sheet = Sheet(number)
    parser = expat.ParserCreate()
    parser.StartElementHandler = sheet.start
    parser.EndElementHandler = sheet.end
    parser.CharacterDataHandler = sheet.data
    with z.open(f"xl/worksheets/sheet{i + 1}.xml") as f:
        parser.ParseFile(f)
    number = sheet.number
    sizes.append(sheet.rows)
    headers.add(",".join(sheet.header))
if len([n for n in z.namelist() if n.startswith("xl/worksheets/sheet")]) != len(names):
    sys.exit("there are worksheets that are not named")
print(f"rows {' '.join(map(str, sizes))}; last {number}; headers {' '.join(headers)}")
