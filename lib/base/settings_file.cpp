// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/settings_file.h"

#include <glib.h>

#include "base/text.h"

namespace talkie {

namespace {

constexpr size_t kMaxSettingsBytes = 1u << 20;

}  // namespace

std::string settings_file() {
  return std::string(g_get_user_config_dir()) + "/talkie/talkie.conf";
}

Result<Value> read_settings_file() {
  Value nothing;
  nothing.type = Value::Type::map;
  const auto text = read_file(settings_file(), kMaxSettingsBytes);
  if (!text && text.error().kind == ErrorKind::not_found) return nothing;
  if (!text) return text.error();
  auto tree = parse_yaml(*text, Place{settings_file(), 1, 1});
  if (!tree || tree->is(Value::Type::map)) return tree;
  if (tree->is(Value::Type::null)) return nothing;
  return Error{ErrorKind::syntax,
               "talkie.conf holds header keys and values, such as 'theme: midnight'",
               {},
               tree->where};
}

}  // namespace talkie
