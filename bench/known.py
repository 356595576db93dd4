"""Write the journal of an endpoint that knows many deliveries.

usage: known.py ENDPOINT IDS DAYS
The days end yesterday.  Of the last three there are records, of deliveries
without a lead; those before them were pruned: their records have no body.
"""
import datetime
import hashlib
import os
import sys
import uuid


def main(endpoint, ids, days):
    os.makedirs(endpoint + "/journal", exist_ok=True)
    today = datetime.datetime.now(datetime.timezone.utc).date()
    step = 2 ** 128 // ids
    for ago in range(days, 0, -1):
        day = str(today - datetime.timedelta(ago))
        first, end = (ids * (days - n) // days for n in (ago, ago - 1))
        # In order, so that the index is quick to make; who asks is in none.
        names = (str(uuid.UUID(int=n * step + 1)) for n in range(first, end))
        pruned = ago > 3
        with open(f"{endpoint}/journal/{day}.jsonl", "w") as out:
            for name in names:
                body = (f'{{"delivery_id":"{name}","event":"lead.enriched",'
                        f'"data":{{"leads":[]}}}}')
                digest = hashlib.sha256(body.encode()).hexdigest()
                line = (f'{{"received":"{day}T01:02:03.000000Z",'
                        f'"kind":"leads","id":"{name}"')
                if pruned:
                    line += f',"was":"{digest}"'
                    # Of a record without a body: of its own bytes.
                    own = hashlib.sha256(line.encode()).hexdigest()
                    out.write(f'{line},"sha256":"{own}"}}\n')
                else:
                    out.write(f'{line},"sha256":"{digest}",'
                              f'"signature":"{digest}","body":{body}}}\n')


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
