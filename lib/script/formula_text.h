// SPDX-License-Identifier: LGPL-2.1-or-later
// Formulas (TeX) in plain text: as they are read aloud, and in Unicode's characters.
#pragma once

#include <string>
#include <string_view>

namespace talkie {

// "x^2 + \alpha" -> "x squared plus alpha": English. What is not known is left out, but its
// letters and numbers stay.
std::string formula_words(std::string_view tex);
// "x^2 + \alpha" -> "x² + α"
std::string formula_text(std::string_view tex);

}  // namespace talkie
