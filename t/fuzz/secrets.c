/*
 * The file of secrets: each that is read has no blank around it and signs; the
 * file that is written of them is read as the same list.
 */
#include <sys/stat.h>

#include "fuzz.h"

#include "config/secrets.h"

/* No disk is waited for: power cuts are for t/torture. */
int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

int
fsync(int fd)
{
	return fdatasync(fd);
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void
check_secret(const char *secret)
{
	char signature[SIGNATURE_SIZE], out[SIGNATURE_SIZE];
	const struct signature_secrets one = {&secret, 1};
	struct fault f = {0};
	size_t n = strlen(secret);

	HOLDS(n > 0 && strchr(secret, '\n') == NULL);
	HOLDS(!is_blank(secret[0]) && !is_blank(secret[n - 1]));
	HOLDS(signature_make(secret, "body", 4, signature, &f) == 0);
	HOLDS(signature_verify(&one, signature, "body", 4, out, &f) == 1);
	HOLDS(signature_verify(&one, signature, "bodY", 4, out, &f) == 0);
}

static void
check_again(struct endpoint *e, struct signature_secrets *list)
{
	struct signature_secrets again;
	struct fault f = {0};
	size_t i;

	HOLDS(secrets_write(e, list, &f) == 0);
	HOLDS(secrets_read(e, &again, &f) == 0);
	HOLDS(again.n == list->n);
	for (i = 0; i < again.n; i++)
		HOLDS(strcmp(again.list[i], list->list[i]) == 0);
	secrets_forget(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct endpoint e = {.name = "main"};
	struct signature_secrets list;
	struct fault f = {0};
	size_t i;

	(void)strcpy(e.dir, in_tmp("."));
	put_file(in_tmp("secret"), data, n);
	HOLDS(chmod(in_tmp("secret"), 0600) == 0);
	if (secrets_read(&e, &list, &f) == -1) {
		HOLDS(f.kind == FAULT_SETUP);
		check_sentence(&f);
		return 0;
	}
	HOLDS(list.n > 0 && n <= 16384 && memchr(data, '\0', n) == NULL);
	for (i = 0; i < list.n; i++)
		if (i < 20)
			check_secret(list.list[i]);
	check_again(&e, &list);
	secrets_forget(&list);
	HOLDS(list.n == 0 && list.list == NULL);
	return 0;
}
