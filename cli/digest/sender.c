/* sender: whom a mail comes from; see sender.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/digest/sender.h"
#include "config/remedy.h"

#define BLANKS " \t\r\n"

/* In a line of hosts(5): the first name, where a later one is the host's. */
static int
find_in_line(char *line, const char *host, char out[static MIME_ADDRESS_SIZE])
{
	char *rest, *first, *word;

	line[strcspn(line, "#")] = '\0';
	if (strtok_r(line, BLANKS, &rest) == NULL ||
	    (first = strtok_r(NULL, BLANKS, &rest)) == NULL ||
	    strchr(first, '.') == NULL || strlen(first) >= MIME_ADDRESS_SIZE)
		return 0;
	for (word = first; word != NULL; word = strtok_r(NULL, BLANKS, &rest))
		if (strcmp(word, host) == 0) {
			(void)strcpy(out, first);
			return 1;
		}
	return 0;
}

/* The host's name with its domain, if this machine has it in a file. */
static void
add_domain(char host[static MIME_ADDRESS_SIZE])
{
	/* Not getaddrinfo(3), which a static program must not call. */
	FILE *hosts = fopen("/etc/hosts", "re");
	char line[1024], name[MIME_ADDRESS_SIZE];

	(void)strcpy(name, host);
	while (hosts != NULL && fgets(line, sizeof(line), hosts) != NULL)
		if (find_in_line(line, name, host))
			break;
	if (hosts != NULL)
		(void)fclose(hosts);
}

void
sender_host(char out[static MIME_ADDRESS_SIZE])
{
	if (gethostname(out, MIME_ADDRESS_SIZE - 1) == -1)
		out[0] = '\0';
	out[MIME_ADDRESS_SIZE - 1] = '\0';
	if (out[0] != '\0' && strchr(out, '.') == NULL)
		add_domain(out);
}

/* The name that its mail comes from, where an administrator has said so. */
static int
read_mailname(char out[static MIME_ADDRESS_SIZE])
{
	FILE *file = fopen("/etc/mailname", "re");
	int there;

	if (file == NULL)
		return 0;
	there = fgets(out, MIME_ADDRESS_SIZE, file) != NULL;
	(void)fclose(file);
	if (there)
		out[strcspn(out, BLANKS)] = '\0';
	return there && out[0] != '\0';
}

int
sender_address(char out[static MIME_ADDRESS_SIZE])
{
	char user[REMEDY_USER_SIZE], host[MIME_ADDRESS_SIZE];
	int n;

	(void)remedy_user(geteuid(), user);
	if (!read_mailname(host))
		sender_host(host);
	n = snprintf(out, MIME_ADDRESS_SIZE, "%s@%s", user, host);
	return n < MIME_ADDRESS_SIZE && mime_is_address(out) ? 0 : -1;
}
