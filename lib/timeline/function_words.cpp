// SPDX-License-Identifier: LGPL-2.1-or-later
#include "timeline/function_words.h"

#include <algorithm>

namespace talkie {

namespace {

struct Language {
  std::string_view code;
  // Each list begins and ends with a space, so that " word " is found whole.
  std::string_view conjunctions;
  std::string_view leading;
  std::string_view others;
};

constexpr Language kLanguages[] = {
    {"en",
     " and or but because so which that who whose when where while whereas if unless until since "
     "than then although though nor yet ",
     " a an the of to in on at by for with from into onto over under as about between through no "
     "my your his her its our their this these those ",
     " is are was were be been being am do does did has have had will would can could shall should "
     "may might must not it he she they we you i me him them us what how there here also just very "
     "too only each every all any some more most many much such own same other "},
    {"de",
     " und oder aber denn weil dass wenn als während obwohl sondern damit sodass bevor nachdem ",
     " der die das den dem des ein eine einen einem einer eines zu zum zur im in am an auf aus bei "
     "mit nach von vom vor für über unter durch gegen ohne um kein keine mein dein sein ihr unser ",
     " ist sind war waren wird werden wurde hat haben kann können muss müssen soll sollen nicht es "
     "er sie wir ihr ich man auch noch nur so wie was wo hier da sich "},
    {"fr", " et ou mais car parce que qui dont quand lorsque si donc puisque comme où ",
     " le la les l un une des du de d à au aux en dans par pour sur sous avec sans vers chez entre "
     "ce cet cette ces mon ma mes son sa ses leur leurs notre votre ",
     " est sont était être a ont avait avoir ne pas il elle ils elles on nous vous je tu se y plus "
     "aussi tout tous très "},
    {"es", " y e o u pero porque que quien cuando donde si aunque mientras sino pues como ",
     " el la los las un una unos unas de del a al en con por para sin sobre entre hasta desde su "
     "sus mi tu este esta estos estas ",
     " es son era fue ser está están ha han hay no se lo le les me te nos yo él ella más muy "
     "también "
     "todo todos "},
    {"it", " e ed o ma perché che chi quando dove se mentre quindi anche come ",
     " il lo la i gli le un uno una di del dello della dei degli delle a al alla ai in nel nella "
     "con "
     "per su sul sulla tra fra da dal dalla questo questa ",
     " è sono era essere ha hanno non si ci vi mi ti più molto tutto tutti "},
    {"pt", " e ou mas porque que quem quando onde se embora enquanto pois como ",
     " o a os as um uma uns umas de do da dos das em no na nos nas com por para sem sobre entre "
     "até "
     "ao à seu sua este esta ",
     " é são era foi ser está estão há tem não se lhe me te nós eu ele ela mais muito também todo "
     "todos "},
    {"nl", " en of maar want omdat dat die als wanneer terwijl hoewel zodat ",
     " de het een van in op aan bij met naar voor uit over onder door tot te zonder mijn zijn haar "
     "ons deze dit ",
     " is zijn was waren wordt worden heeft hebben kan kunnen moet niet er hij zij ze we wij ik je "
     "ook nog maar zo wat hoe waar "},
};

bool holds(std::string_view list, std::string_view word) {
  size_t at = 0;
  while ((at = list.find(word, at)) != std::string_view::npos) {
    if (list[at - 1] == ' ' && list[at + word.size()] == ' ') return true;
    ++at;
  }
  return false;
}

const Language* find_language(std::string_view tag) {
  const std::string_view code = tag.substr(0, tag.find('-'));
  for (const Language& language : kLanguages)
    if (language.code == code) return &language;
  return nullptr;
}

}  // namespace

bool is_conjunction(std::string_view word, std::string_view language) {
  const Language* const found = find_language(language);
  return found && !word.empty() && holds(found->conjunctions, word);
}

bool is_leading_word(std::string_view word, std::string_view language) {
  const Language* const found = find_language(language);
  return found && !word.empty() && holds(found->leading, word);
}

bool is_function_word(std::string_view word) {
  return !word.empty() &&
         std::any_of(std::begin(kLanguages), std::end(kLanguages), [&](const Language& language) {
           return holds(language.conjunctions, word) || holds(language.leading, word) ||
                  holds(language.others, word);
         });
}

}  // namespace talkie
