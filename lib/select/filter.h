/*
 * filter: which leads are wanted, by conditions that a person writes: a column,
 * an operator and a value, as in connections>500, company_name ~ acme.
 *
 * All conditions have to hold; of several that want one column to be equal to
 * something (=) one is enough.
 *
 * = != compare texts letter by letter, numbers by what they are worth, times by
 * as much of them as was written.  ~ !~ look for a text in another, as fold.h
 * does.  > < >= <= compare numbers and times, a company's size by all of its
 * range, and other texts by the alphabet.
 *
 * What a lead doesn't have is equal to nothing but the empty value, and neither
 * more nor less than anything.
 */
#ifndef FILTER_H
#define FILTER_H

#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "config/endpoint.h"
#include "journal/record.h"
#include "select/number.h"
#include "select/when.h"
#include "sheet/sheet.h"

struct leads;

#define FILTER_MAX 16 /* conditions */

enum filter_operator {
	FILTER_IS,
	FILTER_IS_NOT,
	FILTER_HAS,
	FILTER_HAS_NOT,
	FILTER_MORE,
	FILTER_LESS,
	FILTER_LEAST, /* >= */
	FILTER_MOST   /* <= */
};

/* What a column's values are compared as. */
enum filter_kind { FILTER_TEXT, FILTER_NUMBER, FILTER_TIME, FILTER_RANGE };

struct filter_condition {
	int column; /* column.h */
	enum filter_operator op;
	enum filter_kind kind; /* of the column */
	const char *value;     /* borrowed */
	size_t len;
	/* The value as these, where it is one. */
	int is_number, is_when;
	struct number number;
	struct when when;
};

/* All zero to begin with: every lead is wanted. */
struct filter {
	struct filter_condition list[FILTER_MAX];
	size_t n;
};

/*
 * Add a condition, whose text is borrowed, about a column of leads, or where
 * people are asked for of a person; now tells which day is today.  0, or -1
 * with the fault set, a sentence that says how to write it.
 */
int filter_add(struct filter *, const char *text, int people, int64_t now,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/*
 * Is a lead of that endpoint wanted, by the columns of leads?  1, 0, or -1 with
 * the fault set.
 */
int filter_wants(const struct filter *, const struct endpoint *,
    const struct record *, struct leads *, size_t lead, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/*
 * Is a person, by the columns of people, of which value() has what they are: 0,
 * or -1 with the fault set?  1, 0, or -1.
 */
int filter_wants_person(const struct filter *,
    int (*value)(
	void *context, int column, struct sheet_value *, struct fault *),
    void *context, struct fault *) __attribute__((nonnull, warn_unused_result));

#endif
