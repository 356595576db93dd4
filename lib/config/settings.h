/*
 * settings: what leadsheet.conf says.  Every setting has a default, so the
 * file need not be there; a name or a value that is not known is a fault
 * that names file and line, never a guess.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define SETTINGS_COLUMNS_MAX 64

enum sheet_format { SHEET_CSV, SHEET_TSV };

struct settings {
	char timezone[64];         /* UTC */
	enum sheet_format format;  /* csv */
	char delimiter;            /* ',' ; a TAB where the format is tsv */
	int bom;                   /* yes: Excel takes UTF-8 for it only so */
	int protect;               /* yes: no cell is a formula or a date */
	int require_https;         /* yes */
	int trust_forwarded_proto; /* no */
	size_t max_body;           /* 16 MiB, in bytes */
	int64_t lock_timeout;      /* 5 seconds, in microseconds */
	/* The columns of a sheet, by their numbers in config/columns.h; all is
	 * the default. */
	unsigned char columns[SETTINGS_COLUMNS_MAX];
	size_t ncolumns;

	/* What the file looked like, for settings_changed(). */
	int64_t file[4];
};

/*
 * Read the file at path over the defaults.  The time zone is taken into use,
 * see utc_zone().  Returns 0, or -1 with FAULT_SETUP; settings_changed() works
 * in both cases.
 */
int settings_load(struct settings *, const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* Has the file at path come, gone or changed since it was read? */
int settings_changed(const struct settings *, const char *path)
    __attribute__((nonnull));

#endif
