/*
 * indexrow: what the index knows, a row of each kind.
 */
#ifndef INDEXROW_H
#define INDEXROW_H

#include <stdint.h>

#include "base/utc.h"

#define INDEX_SHAPE_MAX 256

/* Where in the journal a known delivery stands, and what its body was. */
struct index_id {
	char day[UTC_DAY_SIZE];
	int segment;
	int64_t offset; /* of its line, in bytes */
	char sha256[65];
};

/* How far a segment of the journal is known. */
struct index_segment {
	int64_t size;  /* bytes */
	int64_t inode; /* of the file that was read; 0: nobody knows */
	char boot[40]; /* struct boot: when it was read */
};

/* The part of a day's sheet that is being written. */
struct index_sheet {
	int part;          /* 1 for leads-DAY.csv, 2 for leads-DAY-2.csv */
	int64_t first_row; /* rows of the day that stand in parts before it;
	                      -1: to be counted anew, the rest says nothing */
	int64_t next_row;  /* rows of the day written so far */
	int segment;       /* the journal is in the sheet up to here ... */
	int64_t offset;    /* ... this many bytes into the segment */
	int64_t inode;     /* struct appendfile_state, as we left it */
	int64_t size;
	int64_t mtime;
	char boot[40];
	char shape[INDEX_SHAPE_MAX]; /* the settings it is written with */
};

#endif
