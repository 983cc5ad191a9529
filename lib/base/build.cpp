// SPDX-License-Identifier: LGPL-2.1-or-later
#include "base/build.h"

#include <link.h>

namespace talkie {

namespace {

struct BuildNote {
  const void* inside = nullptr;  // an address in the library that is looked for
  std::string note;
};

int read_note(dl_phdr_info* library, size_t, void* data) {
  auto& build = *static_cast<BuildNote*>(data);
  const auto address = reinterpret_cast<ElfW(Addr)>(build.inside);
  bool is_inside = false;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = library->dlpi_phdr[i];
    const ElfW(Addr) begin = library->dlpi_addr + part.p_vaddr;
    is_inside |= part.p_type == PT_LOAD && address >= begin && address < begin + part.p_memsz;
  }
  if (!is_inside) return 0;
  for (int i = 0; i < library->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = library->dlpi_phdr[i];
    if (part.p_type == PT_NOTE)
      build.note.append(reinterpret_cast<const char*>(library->dlpi_addr + part.p_vaddr),
                        part.p_memsz);
  }
  return 1;
}

}  // namespace

const std::string& build_identity() {
  static const std::string identity = [] {
    BuildNote build{reinterpret_cast<const void*>(&read_note), {}};
    dl_iterate_phdr(read_note, &build);
    return build.note;
  }();
  return identity;
}

}  // namespace talkie
