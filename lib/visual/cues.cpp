// SPDX-License-Identifier: LGPL-2.1-or-later
#include "visual/cues.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "visual/svg_steps.h"

namespace talkie {

namespace {

constexpr double kClosest = 3;       // of a zoom
constexpr double kRoomAround = 1.5;  // u; around what a zoom goes to
constexpr Time kCameraMove{900'000'000};

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return value;
}

// "2-4,7" as ranges; nothing where it is anything else. "all" and "*" are no ranges: all lines.
std::optional<LineSet> lines_of(std::string_view text) {
  LineSet lines;
  if (text == "all" || text == "*") return lines;
  for (const std::string_view part : split(text, ',')) {
    const size_t dash = part.find('-');
    const auto first = number_of(trim(part.substr(0, dash)));
    const auto last =
        dash == std::string_view::npos ? first : number_of(trim(part.substr(dash + 1)));
    if (!first || !last || *first < 1 || *last < *first) return {};
    lines.push_back({static_cast<int>(*first), static_cast<int>(*last)});
  }
  return lines;
}

Box unite(const Box& a, const Box& b) {
  const double x = std::min(a.x, b.x);
  const double y = std::min(a.y, b.y);
  return {x, y, std::max(a.right(), b.right()) - x, std::max(a.bottom(), b.bottom()) - y};
}

Box grown(const Box& box, double by) {
  return {box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by};
}

// The view of the frame's shape around `box`.
View view_around(const Box& box, Size frame) {
  const double scale =
      std::clamp(std::min(frame.width / box.width, frame.height / box.height), 1.0, kClosest);
  const double width = frame.width / scale;
  const double height = frame.height / scale;
  return {box.x + (box.width - width) / 2, box.y + (box.height - height) / 2, width, height};
}

class CueFollower {
 public:
  CueFollower(const Page& page, Piece& piece, SlidePlan& plan)
      : page_(page),
        piece_(piece),
        plan_(plan),
        shown_steps_(piece.steps.size()),
        view_{0, 0, page.width(), page.height()} {}

  Result<void> follow() {
    const auto& cues = page_.scene.cues;
    for (size_t i = 0; i < cues.size(); ++i) {
      cue_ = static_cast<int>(i);
      plan_.cues.push_back({cues[i].step, cues[i].offset});
      if (auto followed = follow(cues[i]); !followed) return followed;
    }
    begin_clips();
    return {};
  }

 private:
  // A clip begins with the scene, or with the narration step that follows it in the script, unless
  // a cue plays it. Its sound does the same (speech/clip_sound.cpp), so its place does not wait for
  // words that speak of it.
  void begin_clips() {
    for (LayerPlan& plan : piece_.layers) {
      if (!plan.clip) continue;
      if (plan.after == 0 || page_.scene.narration.empty()) {
        plan.step = -1;
        continue;
      }
      const When moment{When::Kind::cue, static_cast<int>(plan_.cues.size()), Time{}};
      plan_.cues.push_back({plan.after, 0});
      if (plan.step >= 0) piece_.steps[static_cast<size_t>(plan.step)].cue = moment.index;
      if (plan.begins.kind == When::Kind::start) plan.begins = moment;
    }
  }

  Result<void> follow(const Cue& cue) {
    switch (cue.kind) {
      case Cue::Kind::show:
        return show(cue);
      case Cue::Kind::next:
        return next(cue);
      case Cue::Kind::highlight:
        return highlight(cue);
      case Cue::Kind::zoom:
        return zoom(cue);
      case Cue::Kind::pan:
        return pan(cue);
      case Cue::Kind::callout:
        return callout(cue);
      case Cue::Kind::point:
        return point(cue);
      case Cue::Kind::play:
        return play(cue);
    }
    return {};
  }

  [[nodiscard]] When now() const { return {When::Kind::cue, cue_, Time{}}; }
  [[nodiscard]] static Error wrong(const Cue& cue, const std::string& message) {
    return Error{ErrorKind::bad_value, message, {}, cue.where};
  }

  Result<void> show(const Cue& cue) {
    const auto number = static_cast<size_t>(number_of(cue.what).value_or(step_named(cue.what) + 1));
    if (number < 1 && !number_of(cue.what)) return nothing_named(cue);
    if (number < 1 || number > shown_steps_)
      return wrong(cue, "'show=" + cue.what + "': this slide has " +
                            (shown_steps_ == 0   ? "no parts that come in one by one"
                             : shown_steps_ == 1 ? "one part"
                                                 : std::to_string(shown_steps_) + " parts"));
    piece_.steps[number - 1].cue = cue_;
    next_ = number;
    return {};
  }

  // The step with which a part of a drawing comes in that has a name; -1: there is none.
  [[nodiscard]] int step_named(const std::string& name) const {
    for (const Item& item : piece_.items) {
      const auto* picture = std::get_if<Picture>(&item.what);
      if (picture && picture->part && item.step >= 0 &&
          std::ranges::any_of(picture->part->names, [&](const std::string& other) {
            return to_lower(other) == to_lower(name);
          }))
        return item.step;
    }
    return -1;
  }

  Result<void> next(const Cue& cue) {
    if (next_ >= shown_steps_)
      return wrong(cue, "'next': there is nothing left on this slide that could come in");
    piece_.steps[next_++].cue = cue_;
    return {};
  }

  // Lines of code light up by the others' getting dark; anything else gets a frame.
  Result<void> highlight(const Cue& cue) {
    const auto lines = lines_of(cue.what);
    const auto is_line = [](const Piece::Name& name) { return name.name.starts_with("line "); };
    if (lines && std::ranges::any_of(piece_.names, is_line)) {
      for (const Piece::Name& name : piece_.names) {
        if (!is_line(name) || name.layer < 0) continue;
        const int line = static_cast<int>(number_of(name.name.substr(5)).value_or(0));
        Move move{now(), std::chrono::milliseconds(300), {}, Ease::in_out};
        LayerPlan& plan = piece_.layers[static_cast<size_t>(name.layer)];
        if (!plan.moves.empty()) move.to = plan.moves.back().to;
        move.to.opacity = holds(*lines, line) ? 1 : kDimmedLine;
        plan.moves.push_back(move);
      }
      return {};
    }
    finish(frame_);
    if (cue.what == "none") return {};
    const auto box = find(cue);
    if (!box) return box.error();
    const double u = page_.u;
    frame_ = begin(Enter::Kind::fade);
    const Box around = grown(*box, 0.45 * u);
    put(frame_,
        Shape{.box = around, .radius = 0.6 * u, .fill = page_.palette.accent, .opacity = 0.12});
    put(frame_,
        Shape{.box = around, .radius = 0.6 * u, .fill = page_.palette.accent, .stroke = 0.16 * u});
    return {};
  }

  Result<void> zoom(const Cue& cue) {
    if (cue.what.empty() || cue.what == "home" || cue.what == "out" || cue.what == "1") {
      look_at({0, 0, page_.width(), page_.height()});
      return {};
    }
    if (const auto factor = number_of(cue.what)) {
      if (*factor < 1 || *factor > kClosest)
        return wrong(cue, "'zoom=" + cue.what + "': a factor is from 1 to 3");
      const double width = page_.width() / *factor;
      const double height = page_.height() / *factor;
      look_at({view_.x + (view_.width - width) / 2, view_.y + (view_.height - height) / 2, width,
               height});
      return {};
    }
    const auto box = find(cue);
    if (!box) return box.error();
    look_at(view_around(grown(*box, kRoomAround * page_.u), page_.size));
    return {};
  }

  // The same closeness, somewhere else.
  Result<void> pan(const Cue& cue) {
    View to = view_;
    if (view_.width >= page_.width()) {
      to.width = page_.width() / 1.15;
      to.height = page_.height() / 1.15;
      to.x = (page_.width() - to.width) / 2;
      to.y = (page_.height() - to.height) / 2;
    }
    if (cue.what == "left")
      to.x = 0;
    else if (cue.what == "right")
      to.x = page_.width();
    else if (cue.what == "up")
      to.y = 0;
    else if (cue.what == "down")
      to.y = page_.height();
    else {
      const auto box = find(cue);
      if (!box) return box.error();
      to.x = box->x + box->width / 2 - to.width / 2;
      to.y = box->y + box->height / 2 - to.height / 2;
    }
    look_at(to);
    return {};
  }

  void look_at(View view) {
    view.x = std::clamp(view.x, 0.0, page_.width() - view.width);
    view.y = std::clamp(view.y, 0.0, page_.height() - view.height);
    if (plan_.camera.empty())
      plan_.camera.push_back({{}, Time{}, {0, 0, page_.width(), page_.height()}});
    plan_.camera.push_back({now(), kCameraMove, view, Ease::in_out});
    view_ = view;
  }

  // "circle mux", "rect 10%,10%,30%,20%", "mask mux"; "none" takes the last one away.
  Result<void> callout(const Cue& cue) {
    finish(callout_);
    if (cue.what == "none") return {};
    const size_t space = cue.what.find(' ');
    const std::string shape = cue.what.substr(0, space);
    Cue named = cue;
    named.what = space == std::string::npos ? shape : std::string(trim(cue.what.substr(space)));
    const auto box = find(named);
    if (!box) return box.error();
    const double u = page_.u;
    callout_ = begin(Enter::Kind::fade);
    if (shape == "mask") {
      darken_around(grown(*box, 0.8 * u));
    } else {
      Box around = grown(*box, 0.7 * u);
      if (shape == "circle")
        around = grown(*box, 0.8 * u + 0.1 * std::min(box->width, box->height));
      put(callout_,
          Shape{.box = around,
                .radius = shape == "circle" ? std::min(around.width, around.height) / 2 : 0.6 * u,
                .fill = page_.palette.accent,
                .stroke = 0.28 * u});
    }
    return {};
  }

  // Four rectangles, so that what is inside stays as it is.
  void darken_around(const Box& hole) {
    const double width = page_.width();
    const double height = page_.height();
    for (const Box& side :
         {Box{0, 0, width, hole.y}, Box{0, hole.bottom(), width, height - hole.bottom()},
          Box{0, hole.y, hole.x, hole.height},
          Box{hole.right(), hole.y, width - hole.right(), hole.height}})
      if (side.width > 0 && side.height > 0)
        put(callout_, Shape{.box = side, .fill = 0x000000, .opacity = 0.62});
  }

  // An arrow that flies from one thing to the next.
  Result<void> point(const Cue& cue) {
    if (cue.what == "none") {
      finish(pointer_);
      return {};
    }
    const auto box = find(cue);
    if (!box) return box.error();
    const double side = 2.6 * page_.u;
    const double x = box->x + std::min(0.7 * box->width, box->width - 0.3 * page_.u);
    const double y = box->y + 0.62 * box->height;
    if (pointer_ < 0) {
      pointer_ = begin(Enter::Kind::fade);
      pointed_ = {x, y, side, side};
      constexpr const char* kArrow =
          "M3 2 L3 19.5 L7.6 15.4 L10.6 21.8 L13.4 20.5 L10.5 14.3 L16.6 13.9 Z";
      Icon edge{pointed_, kArrow, page_.palette.ground, 4.4};
      Icon arrow{pointed_, kArrow, page_.palette.text, 1.4};
      arrow.filled = true;
      put(pointer_, edge);
      put(pointer_, arrow);
      return {};
    }
    piece_.layers[static_cast<size_t>(pointer_)].moves.push_back(
        {now(), std::chrono::milliseconds(700), {1, x - pointed_.x, y - pointed_.y}, Ease::in_out});
    return {};
  }

  Result<void> play(const Cue& cue) {
    for (LayerPlan& plan : piece_.layers) {
      const bool waits = plan.begins.kind != When::Kind::cue;
      if (!(plan.animation || plan.clip) || !waits) continue;
      plan.begins = now();
      return {};
    }
    return wrong(cue, "'play': there is no clip and no terminal on this slide that could begin");
  }

  // A layer that comes in with this cue.
  int begin(Enter::Kind enter) {
    Step step;
    step.cue = cue_;
    piece_.steps.push_back(step);
    LayerPlan plan;
    plan.enter = enter;
    plan.step = static_cast<int>(piece_.steps.size()) - 1;
    return piece_.add_layer(std::move(plan));
  }
  void put(int layer, Item::What what) {
    const int step = piece_.layers[static_cast<size_t>(layer)].step;
    piece_.items.emplace_back(std::move(what), step, layer);
  }
  void finish(int& layer) {
    if (layer >= 0) piece_.layers[static_cast<size_t>(layer)].leaves = now();
    layer = -1;
  }

  // "10%,20%,30%,40%": x, y, width, height in shares of the frame.
  [[nodiscard]] std::optional<Box> rectangle(std::string_view text) const {
    const auto parts = split(text, ',');
    if (parts.size() != 4) return {};
    double values[4];
    for (size_t i = 0; i < 4; ++i) {
      const std::string_view part = trim(parts[i]);
      if (!part.ends_with('%')) return {};
      const auto value = number_of(part.substr(0, part.size() - 1));
      if (!value || *value < 0 || *value > 100) return {};
      values[i] = *value / 100;
    }
    return Box{values[0] * page_.width(), values[1] * page_.height(),
               std::max(values[2] * page_.width(), 1.0), std::max(values[3] * page_.height(), 1.0)};
  }

  // What a cue names: a rectangle, a name on the page, or the number of a part. It has come in by
  // then.
  [[nodiscard]] Result<Box> find(const Cue& cue) {
    if (const auto box = rectangle(cue.what)) return *box;
    std::optional<Box> found;
    const auto take = [&](const Box& box, int step) {
      found = found ? unite(*found, box) : box;
      if (step < 0) return;
      Step& shown = piece_.steps[static_cast<size_t>(step)];
      if (shown.by_cue < 0) shown.by_cue = cue_;
    };
    const std::string wanted = to_lower(cue.what);
    for (const Piece::Name& name : piece_.names)
      if (to_lower(name.name) == wanted) take(name.box, name.step);
    if (const auto lines = lines_of(cue.what); lines && !found)
      for (const Piece::Name& name : piece_.names)
        if (name.name.starts_with("line ") &&
            holds(*lines, static_cast<int>(number_of(name.name.substr(5)).value_or(0))))
          take(name.box, -1);
    const auto number = number_of(cue.what);
    if (!found && number && *number >= 1 && *number <= static_cast<double>(shown_steps_))
      for (const Item& item : piece_.items)
        if (item.step == static_cast<int>(*number) - 1) take(bounds_of(item), item.step);
    if (!found) return nothing_named(cue);
    return *found;
  }

  [[nodiscard]] Error nothing_named(const Cue& cue) const {
    std::vector<std::string_view> names;
    for (const Piece::Name& name : piece_.names)
      if (!name.name.starts_with("line ")) names.push_back(name.name);
    std::string message = "nothing on this slide is called '" + cue.what + "'.";
    if (const std::string nearest = suggestion(cue.what, names); !nearest.empty())
      message += nearest;
    else if (!names.empty())
      message += " These have names: " + list_of(names);
    return wrong(cue, message);
  }
  [[nodiscard]] static std::string list_of(const std::vector<std::string_view>& names) {
    constexpr size_t kMost = 12;
    std::string text;
    for (size_t i = 0; i < std::min(names.size(), kMost); ++i)
      text += (text.empty() ? "" : ", ") + std::string(names[i]);
    return text + (names.size() > kMost ? ", …" : ".");
  }

  const Page& page_;
  Piece& piece_;
  SlidePlan& plan_;
  const size_t shown_steps_;  // those of the page itself, without what cues add
  size_t next_ = 0;
  int cue_ = 0;
  View view_;  // where the camera is
  int frame_ = -1;
  int callout_ = -1;
  int pointer_ = -1;
  Box pointed_;  // where the pointer came in
};

}  // namespace

Result<void> follow_cues(const Page& page, Piece& piece, SlidePlan& plan) {
  return CueFollower(page, piece, plan).follow();
}

}  // namespace talkie
