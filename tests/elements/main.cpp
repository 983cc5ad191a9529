// SPDX-License-Identifier: LGPL-2.1-or-later
// Starts and ends GStreamer around the tests, so that its leak tracer can report at the end.
#include <gst/gst.h>
#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  gst_init(&argc, &argv);
  const int result = RUN_ALL_TESTS();
  gst_deinit();
  return result;
}
