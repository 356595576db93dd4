/*
 * FastCGI records: however a stream of them is cut, the same request is read
 * from it; all of its content stands in what is kept, and little else.
 */
#include <fastcgi.h>

#include "fuzz.h"

#include "cgi/fcgirecords.h"

/* What an own look at the records says of the request. */
struct reading {
	struct bytes params, body;
	size_t kept; /* of the body, up to the record that is beyond a limit */
	size_t used; /* bytes up to its end */
	int whole, others;
};

static void
append(struct bytes *to, unsigned type, const uint8_t *s, size_t n)
{
	if (type == FCGI_PARAMS)
		bytes_add(&to[0], s, n);
	else if (type == FCGI_STDIN)
		bytes_add(&to[1], s, n);
}

/* The contents of the streams of all whole records up to the request's end. */
static void
read_records(struct reading *r, const uint8_t *s, size_t n, size_t limit)
{
	struct bytes streams[2] = {{0}, {0}};
	size_t content, size;

	memset(r, 0, sizeof(*r));
	while (!r->whole && n - r->used >= 8) {
		const uint8_t *h = s + r->used;

		content = (size_t)h[4] << 8 | h[5];
		size = 8 + content + h[6];
		if (size > n - r->used)
			break;
		r->used += size;
		if (h[0] == 1 && h[2] == 0 && h[3] == 0) {
			r->others++;
			continue;
		}
		append(streams, h[1], h + 8, content);
		if (h[1] == FCGI_STDIN && r->kept <= limit)
			r->kept = streams[1].len;
		r->whole = h[1] == FCGI_STDIN && content == 0;
	}
	r->params = streams[0];
	r->body = streams[1];
}

static void
free_reading(struct reading *r)
{
	bytes_free(&r->params);
	bytes_free(&r->body);
}

/* A stream as it comes in pieces of changing sizes, none larger than most. */
struct taken {
	struct fcgirecords records;
	struct bytes in, reply;
	int rc;
};

static void
take_in_pieces(
    struct taken *t, const uint8_t *s, size_t n, size_t limit, size_t most)
{
	size_t i, piece;

	memset(t, 0, sizeof(*t));
	for (i = 0; i < n && t->rc == 0 && !t->records.whole; i += piece) {
		piece = 1 + (i * 7 + most) % most;
		if (piece > n - i)
			piece = n - i;
		bytes_add(&t->in, s + i, piece);
		t->rc = fcgirecords_take(&t->records, &t->in, limit, &t->reply);
		HOLDS(t->records.taken <= t->in.len);
	}
	if (t->rc == 0)
		bytes_add(&t->in, s + i, n - i); /* what comes behind it */
}

static void
free_taken(struct taken *t)
{
	bytes_free(&t->in);
	bytes_free(&t->reply);
}

/* Is what was kept the same request, and no larger than it needs to be? */
static void
check_kept(const struct taken *t, const uint8_t *s, size_t n, size_t limit)
{
	const uint8_t *kept = (const uint8_t *)t->in.data;
	struct reading all, now;
	struct fcgirecords again = {0};
	size_t taken = t->records.taken, body, most;

	read_records(&all, s, n, limit);
	read_records(&now, kept, taken, limit);
	HOLDS(now.used == taken && now.others == 0);
	HOLDS(same(
	    now.params.data, now.params.len, all.params.data, all.params.len));
	HOLDS(t->records.body == all.body.len);
	body = now.body.len;
	HOLDS(body == all.kept);
	HOLDS(t->records.dropped == (body < all.body.len));
	HOLDS(same(now.body.data, body, all.body.data, body));
	/* Of two neighbours one is more than half full; the rest is framing. */
	most = all.params.len + body +
	       (8 + 255) * (8 + (all.params.len + body) / 32767);
	HOLDS(taken <= most && body <= limit + 65535);
	HOLDS(t->records.whole == now.whole && t->records.whole == all.whole);
	HOLDS(t->in.len - taken == n - all.used);
	HOLDS((taken > 0 && fcgirecords_are_request(&again, t->in.data,
				taken)) == t->records.whole);
	HOLDS(again.id == t->records.id && again.keep == t->records.keep &&
	      again.params == t->records.params && again.body == body);
	HOLDS(t->reply.len == 0 ||
	      (all.others > 0 && t->reply.len <= 16 * (size_t)all.others));
	free_reading(&all);
	free_reading(&now);
}

static void
check(const uint8_t *s, size_t n, size_t limit, size_t most)
{
	struct taken one, many;
	struct fcgirecords whole = {0};
	int is_request =
	    n > 0 && fcgirecords_are_request(&whole, (const char *)s, n);

	take_in_pieces(&one, s, n, limit, n + 1);
	take_in_pieces(&many, s, n, limit, most);
	HOLDS(one.rc == many.rc);
	HOLDS(same(
	    one.reply.data, one.reply.len, many.reply.data, many.reply.len));
	if (one.rc == 0) {
		HOLDS(memcmp(&one.records, &many.records,
			  sizeof(one.records)) == 0);
		HOLDS(same(one.in.data, one.in.len, many.in.data, many.in.len));
		check_kept(&one, s, n, limit);
	}
	HOLDS(!is_request ||
	      (one.rc == 0 && one.records.whole &&
		  one.records.taken == one.in.len && one.reply.len == 0));
	free_taken(&one);
	free_taken(&many);
}

/* Records by a script of a few bytes each: what such a stream is made of. */
static void
write_records(struct bytes *b, struct input *in)
{
	static const char begin[8] = {0, FCGI_RESPONDER, 1};
	static const char types[] = {FCGI_PARAMS, FCGI_PARAMS, FCGI_STDIN,
	    FCGI_STDIN, FCGI_STDIN, FCGI_GET_VALUES, 77, FCGI_ABORT_REQUEST};
	char head[8] = {1, FCGI_BEGIN_REQUEST, 0, 1, 0, sizeof(begin)};
	unsigned what, padding;
	size_t n;

	bytes_add(b, head, sizeof(head));
	bytes_add(b, begin, sizeof(begin));
	while (in->n > 0 && b->len < 200000) {
		what = take_byte(in);
		head[1] = types[what % 8];
		head[3] = head[1] == FCGI_GET_VALUES || head[1] == 77 ? 0 : 1;
		n = take_bytes(in, (what & 8) != 0 ? 2 : 1);
		if ((what & 16) != 0)
			n = 0;
		padding = (what & 32) != 0 ? take_byte(in) : 0;
		head[4] = (char)(n >> 8);
		head[5] = (char)n;
		head[6] = (char)padding;
		bytes_add(b, head, sizeof(head));
		while (n-- > 0)
			bytes_addc(b, (char)(b->len * 31));
		while (padding-- > 0)
			bytes_addc(b, 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct input in = {data, n};
	unsigned form = take_byte(&in);
	size_t limit = take_bytes(&in, 2), most = 1 + take_byte(&in);
	struct bytes script = {0};

	if (form % 2 == 0) {
		check(in.s, in.n, limit, most);
		return 0;
	}
	write_records(&script, &in);
	check((const uint8_t *)script.data, script.len, limit,
	    most + script.len / 100);
	bytes_free(&script);
	return 0;
}
