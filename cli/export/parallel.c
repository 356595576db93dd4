/* parallel: pieces of work, by several threads, in order; see parallel.h. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "cli/export/parallel.h"

struct parallel {
	const struct parallel_work *work;
	pthread_mutex_t lock; /* over all that follows */
	pthread_cond_t moved; /* turn has, or failed */
	int64_t next;         /* that nobody has taken yet */
	int64_t end;          /* that nobody is to take */
	int64_t turn;         /* whose turn it is */
	int failed;
	struct fault fault;
};

struct worker {
	struct parallel *of;
	void *own; /* what open() made */
	pthread_t thread;
};

size_t
parallel_cpus(void)
{
	cpu_set_t set;
	int n;

	/* With more CPUs than a set has room for there are enough. */
	if (sched_getaffinity(0, sizeof(set), &set) == -1)
		return PARALLEL_MAX;
	n = CPU_COUNT(&set);
	return n < 1 ? 1 : n > PARALLEL_MAX ? PARALLEL_MAX : (size_t)n;
}

static int
take(struct parallel *p, struct parallel_piece *piece)
{
	int there;

	(void)pthread_mutex_lock(&p->lock);
	there = p->next < p->end;
	piece->number = p->next;
	piece->of = p;
	p->next += there;
	(void)pthread_mutex_unlock(&p->lock);
	return there;
}

int
parallel_turn(struct parallel_piece *piece, int wait)
{
	struct parallel *p = piece->of;
	int rc;

	(void)pthread_mutex_lock(&p->lock);
	while (wait && !p->failed && p->turn != piece->number)
		(void)pthread_cond_wait(&p->moved, &p->lock);
	rc = p->failed ? -1 : p->turn == piece->number;
	(void)pthread_mutex_unlock(&p->lock);
	return rc;
}

/* The piece is done; the first to fail, in their order, is who is heard. */
static void
put_down(struct parallel_piece *piece, int rc, const struct fault *f)
{
	struct parallel *p = piece->of;

	if (rc == -1) {
		/* What comes behind it is of no use to anyone. */
		(void)pthread_mutex_lock(&p->lock);
		p->end = p->end > piece->number ? piece->number : p->end;
		(void)pthread_mutex_unlock(&p->lock);
	}
	if (parallel_turn(piece, 1) == -1)
		return;
	(void)pthread_mutex_lock(&p->lock);
	if (rc == -1) {
		p->failed = 1;
		(void)fault_take(&p->fault, f);
	}
	p->turn++;
	(void)pthread_cond_broadcast(&p->moved);
	(void)pthread_mutex_unlock(&p->lock);
}

static void *
work_on(void *worker)
{
	struct worker *w = worker;
	struct parallel_piece piece;
	struct fault f;
	int rc;

	while (take(w->of, &piece)) {
		fault_clear(&f);
		rc = w->of->work->piece(w->own, &piece, &f);
		put_down(&piece, rc, &f);
	}
	return NULL;
}

/* Start a thread that no signal comes to; 0, or why not. */
static int
start(struct worker *w)
{
	sigset_t all, old;
	int rc;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&w->thread, NULL, work_on, w);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

/* The other threads; how many of them there are. */
static size_t
start_others(struct parallel *p, struct worker *workers, size_t wanted)
{
	struct fault ignored = {0};
	size_t n;

	for (n = 0; n < wanted; n++) {
		workers[n].of = p;
		workers[n].own = p->work->open(p->work->context, &ignored);
		if (workers[n].own == NULL)
			break;
		if (start(&workers[n]) != 0) {
			p->work->close(workers[n].own);
			break;
		}
	}
	return n;
}

static void
run(struct parallel *p, struct worker *mine, size_t threads)
{
	struct worker others[PARALLEL_MAX - 1];
	size_t n;

	if (threads > PARALLEL_MAX)
		threads = PARALLEL_MAX;
	if ((int64_t)threads > p->end)
		threads = (size_t)p->end;
	n = start_others(p, others, threads > 0 ? threads - 1 : 0);
	(void)work_on(mine);
	while (n-- > 0) {
		(void)pthread_join(others[n].thread, NULL);
		p->work->close(others[n].own);
	}
}

int
parallel_run(const struct parallel_work *work, int64_t pieces, size_t threads,
    struct fault *f)
{
	struct parallel p = {.work = work, .end = pieces};
	struct worker mine = {.of = &p};

	if (pieces == 0)
		return 0;
	if ((mine.own = work->open(work->context, f)) == NULL)
		return -1;
	/* With default attributes neither of these can fail on Linux. */
	(void)pthread_mutex_init(&p.lock, NULL);
	(void)pthread_cond_init(&p.moved, NULL);
	run(&p, &mine, threads);
	(void)pthread_cond_destroy(&p.moved);
	(void)pthread_mutex_destroy(&p.lock);
	work->close(mine.own);
	return p.failed ? fault_take(f, &p.fault) : 0;
}
