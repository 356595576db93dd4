/*
 * A sheet that someone edited: whatever is in the file, the reading ends and
 * counts no more than there is; what someone puts behind the rows takes none
 * of them away.
 */
#include <sys/stat.h>

#include "fuzz.h"

#include "sheet/edited.h"
#include "sheet/view.h"
#include "webhook/signature.h"

#define DAY        "2026-11-23"
#define NOON       (INT64_C(1795435200) * UTC_SECOND)
#define DELIVERIES 4

static struct view views[SHEET_KINDS];
static struct bytes whole; /* the sheet as we make it */

static void
add_line(struct bytes *b, const struct record *r)
{
	struct fault f = {0};

	HOLDS(record_encode(b, r, 1, &f) == 0);
}

static void
add_delivery(struct bytes *b, const char *id, int leads)
{
	struct record r = {.received = NOON, .kind = RECORD_LEADS, .id = id};
	struct bytes body = {0};
	struct fault f = {0};
	int i;

	bytes_printf(&body,
	    "{\"delivery_id\":\"%s\",\"event\":\"lead.enriched"
	    "\",\"data\":{\"leads\":[",
	    id);
	for (i = 0; i < leads; i++)
		bytes_printf(&body, "%s{\"urn\":\"u%d\"}", i > 0 ? "," : "", i);
	bytes_adds(&body, "]}}");
	r.id_len = strlen(id);
	r.body = body.data;
	r.body_len = body.len;
	memset(r.signature, 'a', SIGNATURE_SIZE - 1);
	HOLDS(signature_sha256(r.body, r.body_len, r.sha256, &f) == 0);
	add_line(b, &r);
	bytes_free(&body);
}

static void
open_day(void)
{
	struct record sheet = {.received = NOON, .kind = RECORD_SHEET};
	struct bytes b = {0};
	struct fault f = {0};
	struct appendfile *file;
	char buffer[4096];
	ssize_t n;

	if (whole.len > 0)
		return;
	HOLDS(utc_zone("UTC", &f) == 0);
	HOLDS(mkdir(in_tmp("journal"), 0750) == 0);
	HOLDS(names_read("leads-" DAY ".csv", &sheet.sheet.file) == 1);
	shape_defaults(&sheet.sheet.shape);
	add_line(&b, &sheet);
	add_delivery(&b, "first", 1);
	add_delivery(&b, "=second;", 2);
	add_delivery(&b, "third", 0);
	add_delivery(&b, "4,th", 3);
	put_file(in_tmp("journal/" DAY ".jsonl"), b.data, b.len);
	bytes_free(&b);
	HOLDS(view_read(views, in_tmp("journal"), DAY, "UTC", APPENDFILE_READ,
		  &f) == 0);
	HOLDS((file = appendfile_open(in_tmp("sheet"), APPENDFILE_CREATE, &f)));
	HOLDS(view_write(&views[SHEET_LEADS], view_current(&views[SHEET_LEADS]),
		  file, &f) == 0);
	HOLDS((n = appendfile_read(file, buffer, sizeof(buffer), 0, &f)) > 0);
	bytes_add(&whole, buffer, (size_t)n);
	appendfile_close(file);
}

static struct edited
look(const void *data, size_t n)
{
	const char *path = in_tmp("sheet");
	struct view *v = &views[SHEET_LEADS];
	struct appendfile *file;
	struct edited out = {0};
	struct fault f = {0};

	put_file(path, data, n);
	HOLDS((file = appendfile_open(path, APPENDFILE_READ, &f)) != NULL);
	HOLDS(edited_read(v, view_current(v), file, &out, &f) == 0);
	appendfile_close(file);
	HOLDS(out.lacks <= DELIVERIES);
	HOLDS(out.holes == 0 || out.holes == 1);
	return out;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct bytes more = {0};
	struct edited e;
	size_t i;

	open_day();
	(void)look(data, n);
	bytes_add(&more, whole.data, whole.len);
	bytes_add(&more, data, n);
	e = look(more.data, more.len);
	HOLDS(e.lacks == 0 && e.holes == 0);
	/* A spreadsheet may save it without the ' of protection. */
	bytes_reset(&more);
	for (i = 0; i < whole.len; i++)
		if (whole.data[i] != '\'')
			bytes_addc(&more, whole.data[i]);
	bytes_add(&more, data, n);
	e = look(more.data, more.len);
	HOLDS(e.lacks == 0 && e.holes == 0);
	/* What is cut off is missing, and nothing before it. */
	if (n > 0) {
		e = look(whole.data, whole.len * (size_t)data[0] / 512);
		HOLDS(!e.holes && e.lacks > 0);
	}
	bytes_free(&more);
	return 0;
}
