/*
 * sender: deliveries to a web server, as fast as they are answered or at a
 * constant rate, each sent once and in order.
 *
 * usage: sender [-c CONNECTIONS] [-d SECONDS] [-r RATE] PORT PATH FILE
 * FILE has a line for each delivery: its signature, a TAB, its body.  At a rate
 * a latency counts from when the delivery was due, not from when a connection
 * was free to take it: what waits in a queue is late.  Prints how many were
 * sent, how many got 200, the seconds that took and those of CPU, and p50, p90,
 * p99 and the largest latency in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define CONNECTIONS_MAX 512
#define PATIENCE        60 /* seconds without any answer */
#define AGAIN_MAX       1000
#define EVENTS_MAX      64

struct connection {
	int fd;
	int writes; /* it is watched for room to write */
	double due; /* when its request was to be sent; 0: it is free */
	const char *line;
	char head[512];
	struct iovec left[2]; /* of the request: head and body */
	char answer[16384];
	size_t got;
};

struct load {
	struct sockaddr_in to;
	const char *path, *next, *end; /* what is still to be sent */
	struct connection connections[CONNECTIONS_MAX];
	struct connection *idle[CONNECTIONS_MAX];
	size_t n, n_idle;
	int watch;           /* epoll */
	unsigned *latencies; /* microseconds */
	size_t sent, answered, good, again;
};

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
make_connection(const struct load *l, struct connection *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd == -1 || connect(c->fd, (const struct sockaddr *)&l->to,
			       sizeof(l->to)) == -1)
		err(1, "connect");
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	(void)fcntl(c->fd, F_SETFL, O_NONBLOCK);
	c->writes = 0;
	if (epoll_ctl(l->watch, EPOLL_CTL_ADD, c->fd, &event) == -1)
		err(1, "epoll_ctl");
}

/* As much of the request as the socket takes. */
static void
push(const struct load *l, struct connection *c)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
	struct iovec *v = c->left;
	ssize_t n = writev(c->fd, v, 2);
	size_t took;
	int i, writes;

	/* That the server has closed is found by the next read. */
	if (n == -1 && errno != EAGAIN && errno != EPIPE && errno != ECONNRESET)
		err(1, "write");
	for (i = 0; i < 2 && n > 0; i++) {
		took = (size_t)n < v[i].iov_len ? (size_t)n : v[i].iov_len;
		v[i].iov_base = (char *)v[i].iov_base + took;
		v[i].iov_len -= took;
		n -= (ssize_t)took;
	}
	writes = v[0].iov_len + v[1].iov_len > 0;
	if (writes == c->writes)
		return;
	c->writes = writes;
	if (writes)
		event.events |= EPOLLOUT;
	if (epoll_ctl(l->watch, EPOLL_CTL_MOD, c->fd, &event) == -1)
		err(1, "epoll_ctl");
}

static void
start_request(struct load *l, struct connection *c)
{
	const char *tab, *stop;
	int n;

	stop = memchr(c->line, '\n', (size_t)(l->end - c->line));
	tab = stop == NULL ? NULL
	                   : memchr(c->line, '\t', (size_t)(stop - c->line));
	if (tab == NULL)
		errx(1, "a line is no signature, TAB and body");
	if (c->line == l->next)
		l->next = stop + 1;
	n = snprintf(c->head, sizeof(c->head),
	    "POST %s HTTP/1.1\r\nHost: localhost\r\n"
	    "Content-Type: application/json\r\nContent-Length: %td\r\n"
	    "X-Webhook-Event: lead.enriched\r\n"
	    "X-Webhook-Signature: %.*s\r\n\r\n",
	    l->path, stop - tab - 1, (int)(tab - c->line), c->line);
	c->left[0] = (struct iovec){c->head, (size_t)n};
	c->left[1] = (struct iovec){(char *)tab + 1, (size_t)(stop - tab - 1)};
	c->got = 0;
	push(l, c);
}

static void
renew_connection(const struct load *l, struct connection *c)
{
	(void)close(c->fd);
	make_connection(l, c);
}

/* Give every connection that is free what is due; when the next one is. */
static double
send_due(struct load *l, double start, double end, double rate)
{
	struct connection *c;
	double due, t = now();

	while (l->n_idle > 0) {
		due = rate > 0 ? start + (double)l->sent / rate : t;
		if (due >= end || l->next >= l->end)
			return end;
		if (due > t)
			return due;
		c = l->idle[--l->n_idle];
		c->due = due;
		c->line = l->next;
		l->sent++;
		start_request(l, c);
	}
	return end;
}

/* Is all of the answer here? */
static int
is_whole(struct connection *c)
{
	char *body, *length;

	c->answer[c->got] = '\0';
	if ((body = strstr(c->answer, "\r\n\r\n")) == NULL)
		return 0;
	length = strcasestr(c->answer, "\r\nContent-Length:");
	if (length != NULL && length < body)
		return c->answer + c->got - (body + 4) >=
		       strtol(length + 17, NULL, 10);
	return memcmp(c->answer + c->got - 5, "0\r\n\r\n", 5) == 0;
}

static void
take_answer(struct load *l, struct connection *c)
{
	ssize_t n =
	    read(c->fd, c->answer + c->got, sizeof(c->answer) - 1 - c->got);

	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0) {
		/* A server may close a connection that it was to keep. */
		if (c->got > 0 || l->again++ == AGAIN_MAX)
			errx(1, "after %zu answers the server closed",
			    l->answered);
		renew_connection(l, c);
		if (c->due != 0)
			start_request(l, c);
		return;
	}
	c->got += (size_t)n;
	if (!is_whole(c))
		return;
	l->latencies[l->answered++] = (unsigned)((now() - c->due) * 1e6);
	c->due = 0;
	c->got = 0;
	l->idle[l->n_idle++] = c;
	if (strncmp(c->answer, "HTTP/1.1 200", 12) == 0)
		l->good++;
	else if (l->good + 1 == l->answered)
		warnx("%.300s", c->answer);
	/* A server lets a connection have so many requests, and no more. */
	if (strcasestr(c->answer, "\r\nConnection: close") != NULL)
		renew_connection(l, c);
}

/* Wait for so many seconds; epoll_wait's milliseconds are too long at a rate.
 */
static int
wait_for(const struct load *l, struct epoll_event *events, double seconds)
{
	struct timespec t;

	t.tv_sec = (time_t)seconds;
	t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
	return epoll_pwait2(l->watch, events, EVENTS_MAX, &t, NULL);
}

static double
cpu_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
run(struct load *l, double seconds, double rate)
{
	double start = now(), end = start + seconds, due, pause;
	double cpu = cpu_seconds();
	struct epoll_event events[EVENTS_MAX];
	int i, ready;

	while ((due = send_due(l, start, end, rate)) < end ||
	       l->answered < l->sent) {
		pause = due < end ? due - now() : PATIENCE;
		ready = wait_for(l, events, pause > 0 ? pause : 0);
		if (ready == 0 && pause == PATIENCE)
			errx(1, "no answer in %d s", PATIENCE);
		for (i = 0; i < ready; i++) {
			if (events[i].events & EPOLLOUT)
				push(l, events[i].data.ptr);
			if (events[i].events & ~(uint32_t)EPOLLOUT)
				take_answer(l, events[i].data.ptr);
		}
	}
	printf("%zu %zu %.6f %.6f", l->sent, l->good, now() - start,
	    cpu_seconds() - cpu);
}

static void
map_deliveries(struct load *l, const char *file)
{
	int fd = open(file, O_RDONLY);
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size == 0)
		err(1, "%s", file);
	l->next = mmap(NULL, (size_t)st.st_size, PROT_READ,
	    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	/* A line has more than 64 bytes. */
	l->latencies = calloc((size_t)st.st_size / 64, sizeof(*l->latencies));
	if (l->next == MAP_FAILED || l->latencies == NULL)
		err(1, "%s", file);
	l->end = l->next + st.st_size;
}

static int
compare(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static struct load l = {.n = 32};
	double seconds = 2, rate = 0;
	size_t i;
	int c;

	while ((c = getopt(argc, argv, "c:d:r:")) != -1) {
		if (c == 'c')
			l.n = (size_t)atoi(optarg);
		else if (c == 'd')
			seconds = atof(optarg);
		else if (c == 'r')
			rate = atof(optarg);
		else
			return 2;
	}
	if (argc - optind != 3 || l.n < 1 || l.n > CONNECTIONS_MAX)
		errx(2, "usage: sender [-c N] [-d S] [-r RATE] PORT PATH FILE");
	l.to.sin_family = AF_INET;
	l.to.sin_port = htons((unsigned short)atoi(argv[optind]));
	l.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l.path = argv[optind + 1];
	map_deliveries(&l, argv[optind + 2]);
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	(void)signal(SIGPIPE, SIG_IGN);
	if ((l.watch = epoll_create1(0)) == -1)
		err(1, "epoll_create1");
	for (i = l.n; i-- > 0; l.idle[l.n_idle++] = &l.connections[i])
		make_connection(&l, &l.connections[i]);
	run(&l, seconds, rate);
	qsort(l.latencies, l.answered, sizeof(*l.latencies), compare);
	printf(" %u %u %u %u\n", l.latencies[l.answered / 2],
	    l.latencies[l.answered * 9 / 10],
	    l.latencies[l.answered * 99 / 100], l.latencies[l.answered - 1]);
	return 0;
}
