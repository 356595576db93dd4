/* File names: what is taken is what would be written, byte for byte. */
#include "fuzz.h"

#include "journal/names.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1), again[NAMES_SIZE];
	enum name_cursor kind;
	struct name name;

	HOLDS(text != NULL);
	memcpy(text, data, n);
	text[n] = '\0';
	if (names_read(text, &name)) {
		names_write(&name, again);
		HOLDS(strcmp(again, text) == 0);
		HOLDS(strchr(text, '/') == NULL && text[0] != '.');
		HOLDS(names_is_day(name.day));
		HOLDS(name.number >= 1 && name.number <= NAMES_NUMBER_MAX);
	}
	if (names_read_cursor(text, &kind)) {
		HOLDS(strchr(text, '/') == NULL && text[0] != '.');
		HOLDS(names_is_cursor(text) == (kind == NAME_CURSOR));
		HOLDS(strlen(text) < NAMES_CURSOR_SIZE);
	}
	free(text);
	return 0;
}
