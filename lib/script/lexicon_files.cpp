// SPDX-License-Identifier: LGPL-2.1-or-later
#include "script/lexicon_files.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/text.h"
#include "script/files.h"
#include "script/values.h"
#include "script/xml_reader.h"

namespace talkie {

namespace {

// "/dʒɪf/" -> "dʒɪf"; empty where it is no IPA between slashes.
std::string_view between_slashes(std::string_view text) {
  text = trim(text);
  if (text.size() < 2 || text.front() != '/' || text.back() != '/') return {};
  return trim(text.substr(1, text.size() - 2));
}

void read_lexicon_entry(const Member& member, Lexicon& lexicon, Findings& findings) {
  Lexicon::Entry entry{.word = member.key, .where = member.where};
  if (member.value.is(Value::Type::map)) {
    Fields fields(member.value, "a lexicon's entry", findings);
    fields.text("say", entry.say);
    fields.text("ipa", entry.ipa);
    fields.flag("case", entry.exact);
    fields.text("language", entry.language);
    fields.warn_of_unknown();
  } else if (const auto text = read_text(member.value, member.key, findings)) {
    entry.say = *text;
  } else {
    return;
  }
  if (const std::string_view sounds = between_slashes(entry.say); !sounds.empty()) {
    entry.ipa = std::string(sounds);
    entry.say.clear();
  }
  if (const std::string_view sounds = between_slashes(entry.ipa); !sounds.empty())
    entry.ipa = std::string(sounds);
  lexicon.add(std::move(entry), findings);
}

void read_lexicon_map(const Value& map, Lexicon& lexicon, Findings& findings) {
  for (const Member& member : map.map)
    read_lexicon_entry(member, lexicon, findings);
}

void read_lexicon_file(const Value& name, const std::string& folder, Lexicon& lexicon,
                       Findings& findings) {
  const Result<std::string> path = resolve_asset(folder, trim(name.text), name.where);
  if (!path) return findings.fail(path.error());
  const Result<std::string> text = read_file(*path, kMaxLexiconBytes);
  if (!text)
    return findings.fail(text.error().kind, name.where,
                         "the lexicon cannot be read: " + text.error().message);
  const std::string ending = to_lower(std::filesystem::path(*path).extension().string());
  if (ending == ".pls" || ending == ".xml") return read_pls(*text, *path, lexicon, findings);
  const Result<Value> value = parse_yaml(*text, {*path, 1, 1});
  if (!value) return findings.fail(value.error());
  if (value->is(Value::Type::map)) return read_lexicon_map(*value, lexicon, findings);
  findings.fail(ErrorKind::bad_value, {*path, 1, 1},
                "a lexicon has lines such as 'GIF: jif', or is a W3C lexicon whose name ends in "
                ".pls");
}

// Lexemes one after another: of each the graphemes and the first, or the preferred, way to say it.
class PlsReader : public XmlHandler {
 public:
  PlsReader(Lexicon& lexicon, Findings& findings) : lexicon_(lexicon), findings_(findings) {}

  void begin(const XmlTag& tag) override {
    open_.push_back(tag);
    text_.clear();
    if (open_.size() == 1) begin_document(tag);
    if (tag.name == "lexeme") {
      graphemes_.clear();
      said_ = {};
      preferred_ = false;
    }
  }

  void end() override {
    const XmlTag tag = std::move(open_.back());
    open_.pop_back();
    const std::string text(trim(text_));
    text_.clear();
    if (tag.name == "grapheme") graphemes_.push_back({.word = text, .where = tag.where});
    if (tag.name == "alias") say({.say = text}, tag);
    if (tag.name == "phoneme" && is_ipa(tag)) say({.ipa = text}, tag);
    if (tag.name == "lexeme") end_lexeme(tag);
  }

  void text(std::string_view text) override { text_ += text; }

 private:
  void begin_document(const XmlTag& tag) {
    if (tag.name != "lexicon")
      findings_.fail(ErrorKind::syntax, tag.where, "a W3C lexicon begins with <lexicon>");
    if (const std::string* language = tag.find("xml:lang")) language_ = *language;
    if (const std::string* alphabet = tag.find("alphabet")) alphabet_ = *alphabet;
  }

  bool is_ipa(const XmlTag& tag) {
    const std::string* own = tag.find("alphabet");
    const std::string& alphabet = own ? *own : alphabet_;
    if (alphabet == "ipa") return true;
    if (!std::exchange(warned_, true))
      findings_.warn(tag.where, "the alphabet '" + alphabet +
                                    "' is not understood; its phonemes are left out. Write them "
                                    "in IPA (alphabet=\"ipa\")");
    left_out_ = true;
    return false;
  }

  void say(const Lexicon::Entry& how, const XmlTag& tag) {
    const std::string* prefer = tag.find("prefer");
    const bool preferred = prefer && *prefer == "true";
    if (preferred_ || (!preferred && !(said_.say + said_.ipa).empty())) return;
    said_ = how;
    preferred_ = preferred;
  }

  void end_lexeme(const XmlTag& tag) {
    if (graphemes_.empty())
      findings_.fail(ErrorKind::bad_value, tag.where, "this lexeme has no <grapheme>");
    const bool skip = std::exchange(left_out_, false) && (said_.say + said_.ipa).empty();
    for (Lexicon::Entry& entry : graphemes_) {
      entry.say = said_.say;
      entry.ipa = said_.ipa;
      entry.language = language_;
      if (!skip) lexicon_.add(std::move(entry), findings_);
    }
    graphemes_.clear();
  }

  Lexicon& lexicon_;
  Findings& findings_;
  std::string language_;
  std::string alphabet_ = "ipa";
  std::vector<XmlTag> open_;
  std::string text_;
  std::vector<Lexicon::Entry> graphemes_;
  Lexicon::Entry said_;
  bool preferred_ = false;
  bool left_out_ = false;  // a phoneme of this lexeme
  bool warned_ = false;
};

}  // namespace

void read_pls(std::string_view text, const std::string& file, Lexicon& lexicon,
              Findings& findings) {
  PlsReader reader(lexicon, findings);
  if (const Result<void> read = read_xml(text, {file, 1, 1}, reader); !read)
    findings.fail(read.error());
}

void read_lexicon(const Value& value, const std::string& folder, Lexicon& lexicon,
                  Findings& findings) {
  if (value.is(Value::Type::map)) return read_lexicon_map(value, lexicon, findings);
  if (value.is(Value::Type::string)) return read_lexicon_file(value, folder, lexicon, findings);
  const bool is_list = value.is(Value::Type::list) &&
                       std::none_of(value.list.begin(), value.list.end(),
                                    [](const Value& one) { return one.is(Value::Type::list); });
  if (!is_list)
    return findings.fail(wrong_value(value, "lexicon",
                                     "entries such as {GIF: jif}, a file's name, or a list of "
                                     "these"));
  for (const Value& one : value.list)
    read_lexicon(one, folder, lexicon, findings);
}

}  // namespace talkie
