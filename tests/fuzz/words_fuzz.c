// SPDX-License-Identifier: MIT
// Words, phrases and thanks in whatever a network hands over.
#include "care/thanks.h"
#include "care/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct vd_span phrase = vd_span_make(data, n);
	struct vd_span text = phrase;
	phrase = vd_span_cut(&text, '\n');
	(void)vd_text_is_thanks(phrase);
	(void)vd_words_has(text, phrase);
	return 0;
}
