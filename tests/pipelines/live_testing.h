// SPDX-License-Identifier: LGPL-2.1-or-later
// For tests of live outputs: a show without Talkie's own pictures and voices, whose time can be
// read from what arrives, and the programs that it is sent to.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "live/output.h"

namespace live {

using talkie::LiveOutput;
using talkie::LivePacket;
using talkie::LiveStreams;
using talkie::OutputEvent;
using talkie::Time;

// 640x360 at 30 pictures a second, a key unit every 2 s. Every second begins with 100 ms of white
// and of a tone, then there is 400 ms of black.
struct TestShow {
  static constexpr int kWidth = 640;
  static constexpr int kHeight = 360;
  static constexpr int kRate = 30;
  LiveStreams streams;
  std::vector<LivePacket> packets;  // by their times, which begin at 0
};
// Made by ffmpeg, once for all that want it; repeats itself every 12 s.
TestShow make_show(std::chrono::seconds length);

// Offers packets at their times, `speed` times as fast; returns the longest that an offer() took.
// Stops early where `enough` says so, which is asked now and then.
std::chrono::milliseconds play(const std::vector<LivePacket>& packets,
                               const std::vector<LiveOutput*>& outputs, double speed,
                               const std::function<bool()>& enough = {});

// What an output tells, kept.
class Ear {
 public:
  [[nodiscard]] talkie::OutputListener listener();
  [[nodiscard]] int count(OutputEvent::Kind kind) const;
  [[nodiscard]] std::string text() const;  // of all

 private:
  mutable std::mutex mutex_;
  std::vector<OutputEvent> events_;
};

bool wait_until(const std::function<bool()>& condition,
                std::chrono::seconds patience = std::chrono::seconds(20));

int free_port(bool udp = false);
bool is_udp_port_taken(const std::string& port);
bool is_answered(int port);  // by TCP, on the loopback address

// A program that runs until it is told to stop, or the test is over.
class Program {
 public:
  // Its output goes into `log`.
  Program(const std::vector<std::string>& arguments, std::filesystem::path log);
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  void signal(int number) const;
  // Its exit status; -1 where it does not end in time, or a signal ended it.
  int wait(std::chrono::seconds patience);
  [[nodiscard]] std::string output() const;

 private:
  pid_t child_ = -1;
  int status_ = -1;
  std::filesystem::path log_;
};

// How far the tone is behind the white, in seconds, for each whole second of a film.
std::vector<double> sound_delays(const std::filesystem::path& film);

}  // namespace live
