// SPDX-License-Identifier: MIT
#include "base/err.h"

const char *vd_err_name(enum vd_err err)
{
	switch (err) {
#define ERR_NAME(number, name, sentence) \
	case VD_##name:                  \
		return "VD_" #name;
		VD_ERR_TABLE(ERR_NAME)
#undef ERR_NAME
	}
	return "VD_ERR_?";
}

const char *vd_err_text(enum vd_err err)
{
	switch (err) {
#define ERR_TEXT(number, name, sentence) \
	case VD_##name:                  \
		return sentence;
		VD_ERR_TABLE(ERR_TEXT)
#undef ERR_TEXT
	}
	return "an unknown error";
}
