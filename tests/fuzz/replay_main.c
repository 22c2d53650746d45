// SPDX-License-Identifier: MIT
// Feeds every file of FUZZ_CORPUS, and of each folder or file named as an argument, to the fuzz
// target it is linked with.
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// An exact-size heap block, so that the address sanitizer sees a read past the end.
static int feed_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(size > 0 ? size : 1);
	int rc = -1;

	if (f != NULL && data != NULL && fread(data, 1, size, f) == size) {
		(void)LLVMFuzzerTestOneInput(data, size);
		rc = 0;
	}
	free(data);
	if (f != NULL) {
		(void)fclose(f);
	}
	return rc;
}

// Returns how many files were fed, or -1.
static int feed(const char *path, int depth)
{
	struct stat st;

	if (stat(path, &st) != 0) {
		(void)fprintf(stderr, "%s: not there\n", path);
		return -1;
	}
	if (!S_ISDIR(st.st_mode)) {
		return feed_file(path, (size_t)st.st_size) == 0 ? 1 : -1;
	}

	DIR *dir = depth > 0 ? opendir(path) : NULL;
	int fed = 0;

	for (struct dirent *e = dir ? readdir(dir) : NULL; e != NULL && fed >= 0;
	     e = readdir(dir)) {
		char child[1024];

		if (e->d_name[0] == '.') {
			continue;
		}
		(void)snprintf(child, sizeof(child), "%s/%s", path, e->d_name);

		int n = feed(child, depth - 1);

		fed = n < 0 ? -1 : fed + n;
	}
	if (dir != NULL) {
		(void)closedir(dir);
	}
	return fed;
}

int main(int argc, char **argv)
{
	int fed = feed(FUZZ_CORPUS, 2);

	for (int i = 1; i < argc && fed >= 0; i++) {
		int n = feed(argv[i], 2);

		fed = n < 0 ? -1 : fed + n;
	}
	// A target without a single seed tests nothing.
	if (fed <= 0) {
		(void)fprintf(stderr, "%s: no input was fed\n", FUZZ_CORPUS);
		return 1;
	}
	(void)printf("%d inputs\n", fed);
	return 0;
}
