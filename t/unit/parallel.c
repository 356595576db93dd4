#include "unit.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

/* How many more threads the system has; the module's own calls come here. */
static int threads_left;

static int
create(
    pthread_t *thread, const pthread_attr_t *a, void *(*run)(void *), void *p)
{
	return threads_left-- > 0 ? pthread_create(thread, a, run, p) : EAGAIN;
}

#define pthread_create create
#include "cli/export/parallel.c"

#define PIECES 400

/* What all of them share. */
struct job {
	int64_t out[4 * PIECES]; /* pieces, as they came out */
	size_t n;
	atomic_int open;     /* that are open now */
	atomic_int opened;   /* ever */
	int opens;           /* after so many open() fails */
	atomic_int in_turn;  /* is anyone? */
	atomic_int begun;    /* pieces */
	int64_t fails, also; /* these pieces do */
	int64_t waits;       /* this one, until the next has begun */
	int streams;         /* each puts out in four parts */
	pthread_t main;
	atomic_int signals; /* which another thread than main would take */
};

static void *
open_one(void *context, struct fault *f)
{
	struct job *j = context;

	if (atomic_fetch_add(&j->opened, 1) >= j->opens) {
		(void)fault_set(f, FAULT_MEMORY, 0, "no more");
		return NULL;
	}
	(void)atomic_fetch_add(&j->open, 1);
	return j;
}

static void
close_one(void *own)
{
	struct job *j = own;

	(void)atomic_fetch_sub(&j->open, 1);
}

/* A little work, longer for some. */
static void
work(int64_t number)
{
	int i;

	for (i = 0; i < (number * 7919) % 13; i++)
		(void)sched_yield();
}

/* It's our turn: nobody else's, or it is seen. */
static void
put(struct job *j, int64_t number)
{
	if (atomic_fetch_add(&j->in_turn, 1) != 0)
		number = -1;
	j->out[j->n++] = number;
	(void)atomic_fetch_sub(&j->in_turn, 1);
}

static int
do_piece(void *own, struct parallel_piece *piece, struct fault *f)
{
	struct job *j = own;
	sigset_t blocked;
	int i, rc;

	(void)atomic_fetch_add(&j->begun, 1);
	(void)pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	if (!pthread_equal(pthread_self(), j->main) &&
	    sigismember(&blocked, SIGINT) != 1)
		(void)atomic_fetch_add(&j->signals, 1);
	while (piece->number == j->waits && j->begun < j->waits + 2)
		(void)sched_yield();
	work(piece->number);
	if (piece->number == j->fails || piece->number == j->also)
		return fault_set(
		    f, FAULT_STORAGE, 0, "piece %d fails", (int)piece->number);
	for (i = 0; i < (j->streams ? 4 : 1); i++) {
		if ((rc = parallel_turn(piece, 1)) != 1)
			return rc;
		put(j, piece->number);
		work(piece->number + i);
	}
	return 0;
}

static struct job *
make_job(void)
{
	static struct job j;

	memset(&j, 0, sizeof(j));
	j.opens = PARALLEL_MAX;
	j.fails = j.also = j.waits = -1;
	j.main = pthread_self();
	threads_left = PARALLEL_MAX;
	return &j;
}

static int
run_job(struct job *j, int64_t pieces, size_t threads, struct fault *f)
{
	const struct parallel_work w = {open_one, do_piece, close_one, j};
	int rc = parallel_run(&w, pieces, threads, f);

	assert_int_equal(j->open, 0);
	assert_int_equal(j->signals, 0);
	return rc;
}

/* Pieces 0 to n - 1 have come out, each so often and in order. */
static void
check_out(const struct job *j, int64_t n, int times)
{
	size_t i;

	assert_int_equal(j->n, n * times);
	for (i = 0; i < j->n; i++)
		assert_int_equal(j->out[i], i / (size_t)times);
}

static void
they_come_in_order(void **state)
{
	struct fault f = {0};
	struct job *j;
	size_t threads;

	(void)state;
	for (threads = 1; threads <= PARALLEL_MAX; threads++) {
		j = make_job();
		assert_int_equal(run_job(j, PIECES, threads, &f), 0);
		check_out(j, PIECES, 1);
		assert_int_equal(j->opened, threads);
	}
	/* More than there can be, and none at all, is no mistake. */
	j = make_job();
	assert_int_equal(run_job(j, PIECES, 1000, &f), 0);
	assert_int_equal(j->opened, PARALLEL_MAX);
	j = make_job();
	assert_int_equal(run_job(j, PIECES, 0, &f), 0);
	check_out(j, PIECES, 1);
}

static void
in_its_turn_each_is_alone(void **state)
{
	struct fault f = {0};
	struct job *j = make_job();

	(void)state;
	j->streams = 1;
	assert_int_equal(run_job(j, PIECES, PARALLEL_MAX, &f), 0);
	check_out(j, PIECES, 4);
}

static void
they_work_at_the_same_time(void **state)
{
	struct fault f = {0};
	struct job *j = make_job();

	(void)state;
	/* The first ends only when others have begun that wait for it. */
	j->waits = 0;
	assert_int_equal(run_job(j, PIECES, 3, &f), 0);
	check_out(j, PIECES, 1);
}

static void
few_pieces_start_few_threads(void **state)
{
	struct fault f = {0};
	struct job *j = make_job();

	(void)state;
	threads_left = 0;
	assert_int_equal(run_job(j, 0, 4, &f), 0);
	check_out(j, 0, 1);
	assert_int_equal(j->opened, 0);
	assert_int_equal(run_job(j, 1, 4, &f), 0);
	check_out(j, 1, 1);
	assert_int_equal(j->opened, 1);
	assert_int_equal(threads_left, 0); /* nobody asked for one */
	j = make_job();
	assert_int_equal(run_job(j, 2, 4, &f), 0);
	check_out(j, 2, 1);
	assert_int_equal(j->opened, 2);
}

static void
threads_that_do_not_start(void **state)
{
	struct fault f = {0};
	struct job *j;
	int left;

	(void)state;
	for (left = 0; left < 4; left++) {
		j = make_job();
		threads_left = left;
		assert_int_equal(run_job(j, PIECES, 4, &f), 0);
		check_out(j, PIECES, 1);
		/* Nor those that have no memory to begin. */
		j = make_job();
		j->opens = left + 1;
		assert_int_equal(run_job(j, PIECES, 4, &f), 0);
		check_out(j, PIECES, 1);
	}
	j = make_job();
	j->opens = 0;
	assert_int_equal(run_job(j, PIECES, 4, &f), -1);
	assert_string_equal(f.text, "no more");
	check_out(j, 0, 1);
}

static void
the_first_failure_ends_it(void **state)
{
	static const int64_t fails[] = {0, 1, 7, 200, PIECES - 1};
	struct fault f;
	struct job *j;
	char text[64];
	size_t i, threads;

	(void)state;
	for (i = 0; i < COUNT(fails); i++)
		for (threads = 1; threads <= PARALLEL_MAX; threads++) {
			j = make_job();
			j->fails = fails[i];
			memset(&f, 0, sizeof(f));
			assert_int_equal(run_job(j, PIECES, threads, &f), -1);
			(void)snprintf(text, sizeof(text), "piece %d fails",
			    (int)fails[i]);
			assert_string_equal(f.text, text);
			check_out(j, fails[i], 1);
			/* What others had in hand was all that was begun. */
			assert_in_range(j->begun, fails[i] + 1,
			    fails[i] + (int64_t)threads);
		}
}

static void
a_later_failure_is_not_heard(void **state)
{
	struct fault f = {0};
	struct job *j = make_job();

	(void)state;
	/* The 51st fails before the 50th, which waits for it to begin. */
	j->fails = j->waits = 50;
	j->also = 51;
	assert_int_equal(run_job(j, PIECES, 3, &f), -1);
	assert_string_equal(f.text, "piece 50 fails");
	check_out(j, 50, 1);
}

static void
the_cpus_that_it_may_use(void **state)
{
	cpu_set_t all, one;
	size_t cpu = 0;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	assert_in_range(parallel_cpus(), 1, PARALLEL_MAX);
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(parallel_cpus(), 1);
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST("pieces come out in order, with any number of threads",
		they_come_in_order),
	    TEST("a large piece comes out in parts, and nobody's between them",
		in_its_turn_each_is_alone),
	    TEST("pieces are worked on at the same time",
		they_work_at_the_same_time),
	    TEST("one piece starts no thread, and none does nothing",
		few_pieces_start_few_threads),
	    TEST("where threads can't be started, fewer do it",
		threads_that_do_not_start),
	    TEST("the first that fails ends it, and nothing behind it comes",
		the_first_failure_ends_it),
	    TEST("of two that fail the first in order is heard",
		a_later_failure_is_not_heard),
	    TEST("threads are as many as the CPUs that it may use",
		the_cpus_that_it_may_use),
	};

	return RUN(tests);
}
