// SPDX-License-Identifier: LGPL-2.1-or-later
// One owner for GObjects and GStreamer mini objects.
#pragma once

#include <gst/gst.h>

#include <type_traits>
#include <utility>

namespace talkie {

template <typename T>
concept MiniObject = std::is_same_v<T, GstMiniObject> || std::is_same_v<T, GstBuffer> ||
    std::is_same_v<T, GstBufferList> || std::is_same_v<T, GstCaps> || std::is_same_v<T, GstEvent> ||
    std::is_same_v<T, GstMessage> || std::is_same_v<T, GstQuery> || std::is_same_v<T, GstSample> ||
    std::is_same_v<T, GstTagList> || std::is_same_v<T, GstMemory>;

// Owns one reference. A raw pointer elsewhere in the code is borrowed. The three ways to make one
// match the annotations of GStreamer's documentation.
template <typename T>
class Owned {
 public:
  Owned() = default;
  static Owned adopt(T* object) { return Owned(object); }  // transfer full
  static Owned sink(T* object) {                           // floating
    static_assert(!MiniObject<T>);
    if (object) gst_object_ref_sink(object);
    return Owned(object);
  }
  static Owned share(T* object) {  // borrowed, transfer none
    ref(object);
    return Owned(object);
  }

  Owned(const Owned& other) : object_(other.object_) { ref(object_); }
  Owned(Owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owned& operator=(Owned other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Owned() { unref(object_); }

  [[nodiscard]] T* get() const { return object_; }
  // Gives the reference away, to a transfer-full parameter.
  [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }
  void reset() { *this = Owned(); }
  T* operator->() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  explicit Owned(T* object) : object_(object) {}
  static void ref(T* object) {
    if (!object) return;
    if constexpr (MiniObject<T>)
      gst_mini_object_ref(GST_MINI_OBJECT_CAST(object));
    else
      g_object_ref(object);
  }
  static void unref(T* object) {
    if (!object) return;
    if constexpr (MiniObject<T>)
      gst_mini_object_unref(GST_MINI_OBJECT_CAST(object));
    else
      g_object_unref(object);
  }

  T* object_ = nullptr;
};

}  // namespace talkie
