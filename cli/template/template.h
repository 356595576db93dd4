/*
 * template: JSON with places in it that leads fill in, for a program that wants
 * its messages in a form of its own, such as a chat's incoming webhook.
 *
 * It is the part of Mustache that this takes (mustache(5)):
 *
 *	{{full_name}}		a column's value, in a JSON string
 *	{{comment_text 200}}	the same, of 200 characters at most: where
 *				it is cut, the last of them is "…"
 *	{{#leads}} {{/leads}}	what stands between, for each lead
 *	{{#urn}} {{/urn}}	only where that column isn't empty
 *	{{^last}},{{/last}}	only where one is empty, or isn't so
 *	{{! words }}		a comment
 *	{{% escape slack }}	from here on values are written so that
 *				Slack shows them as they are (cell.h);
 *				also markdown, and none
 *	{{% batch 20 }}		a message has 20 leads at most
 *
 * Columns are those of the sheets, and are known of a lead only.  Anywhere
 * stand {{count}} (of leads in the message), which is a number and needs no
 * quotes, and {{endpoint}}; and {{#several}}: is it more than one lead?  Of a
 * lead one can also ask {{#first}}, {{#last}} and {{#test}}.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/fault.h"
#include "cli/template/render.h"

#define TEMPLATE_SIZE_MAX (64 * 1024) /* bytes of a file */

struct template;

/*
 * Read the file at path, and try it with made-up leads.  NULL with the fault
 * set: FAULT_SETUP tells the file, the line and what to write there, also where
 * what it makes of these is no JSON (RFC 8259).
 */
struct template *template_open(const char *path, struct fault *)
    __attribute__((nonnull, warn_unused_result));

/* The same of n bytes that path, which only messages name, has. */
struct template *template_read(const char *path, const char *text, size_t n,
    struct fault *) __attribute__((nonnull, warn_unused_result));

/* How many leads a message may have at most, 1 to 100. */
size_t template_batch(const struct template *) __attribute__((nonnull));

/* Takes NULL. */
void template_close(struct template *);

#endif
