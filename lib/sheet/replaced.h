/*
 * replaced: sheets/replaced/, where a sheet goes that is made again.
 */
#ifndef REPLACED_H
#define REPLACED_H

#include "base/fault.h"

#define REPLACED_NAME_SIZE 64 /* leads-2026-11-23.csv.1 and NUL, with room */

/*
 * Move the sheet at path, which stands in the directory sheets, to the first
 * free replaced/NAME.N there; NAME.N goes into name.  It is there on stable
 * storage; that it is away is left to appendfile_sync_parent().  0, or -1 with
 * the fault set.
 */
int replaced_move(const char *sheets, const char *path,
    char name[static REPLACED_NAME_SIZE], struct fault *)
    __attribute__((nonnull, warn_unused_result));

#endif
