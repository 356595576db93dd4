/*
 * part: the file of a day's sheet that rows go to.
 *
 * It is the first one, leads-DAY.csv, unless someone has edited that, or the
 * settings that shape it have changed: then the day goes on in leads-DAY-2.csv
 * and so on.
 */
#ifndef PART_H
#define PART_H

#include "base/fault.h"
#include "index/index.h"
#include "sheet/projection.h"

/*
 * Bring the day's sheet of that kind up to the end of the journal, and say in
 * *s how it stands now.  The index must know the day's records, as it tells
 * which of two with the same id makes the rows.
 *
 * A file that is the beginning of the projection is completed; a missing one
 * is made; where every part of the day is missing the first one is made, with
 * all rows.  Any other file has been edited and is left alone.  A file that a
 * power cut damaged goes to sheets/replaced/ and is made again.
 *
 * The new state is put into the index (the caller's transaction).  Returns 0,
 * or -1 with the fault set.
 */
int part_complete(struct books *, const char *day, const char *kind,
    struct index_sheet *s, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * The same, and have the part open in *file, ready to be appended to.  *file
 * is NULL or what an earlier call opened: when all is as that left it, as it
 * is most of the time, this looks and does nothing.
 */
int part_open(struct books *, const char *day, const char *kind,
    struct index_sheet *s, struct appendfile **file, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Before answering "duplicate", make sure that the rows exist: the first worker
 * may have died before writing them, and the index may have been made anew
 * since.  Nothing is done for a kind of NULL, which makes no rows.
 */
int part_ensure(struct books *, const char *day, const char *kind,
    struct fault *) __attribute__((nonnull(1, 2, 4), warn_unused_result));

#endif
