/*
 * xlsxlinks: a function of libxlsxwriter's, with less memory.
 *
 * For each link of a worksheet the library's own takes 2,080 bytes, to put the
 * same word into them: 136 MB for as many links as Excel takes.  A function of
 * the same name in the program comes before a shared library's, so that it
 * calls this one.  Where that is not so (a library that was linked into the
 * program, which being weak this one gives way to, or one that speaks to
 * itself) it calls its own, and a workbook with many links needs the memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>
#include <xlsxwriter/relationships.h>

/* One without memory is left out, as the library does. */
__attribute__((weak)) void
lxw_add_worksheet_relationship(lxw_relationships *all, const char *type,
    const char *target, const char *mode)
{
	lxw_rel_tuple *link = calloc(1, sizeof(*link));

	/* Each is freed by itself, by the library. */
	if (link != NULL &&
	    asprintf(&link->type, LXW_SCHEMA_DOCUMENT "%s", type) == -1)
		link->type = NULL;
	if (link != NULL && link->type != NULL &&
	    (link->target = strdup(target)) != NULL &&
	    (mode == NULL || (link->target_mode = strdup(mode)) != NULL)) {
		STAILQ_INSERT_TAIL(all->relationships, link, list_pointers);
		return;
	}
	if (link != NULL) {
		free(link->type);
		free(link->target);
		free(link);
	}
}
