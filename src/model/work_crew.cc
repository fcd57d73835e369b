#include "model/work_crew.h"

#include <algorithm>
#include <cassert>

namespace groundwork::model {
namespace {

/// Some 20 microseconds: longer than members of a crew that has its processors to itself come one after the other. On
/// a busy machine the others may have none, and need this one.
constexpr int kAwake = 1000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

/// Until `value` is no longer `old`.
void wait_for_change(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < kAwake; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  while (value.load(std::memory_order_acquire) == old) value.wait(old, std::memory_order_acquire);
}

}  // namespace

WorkCrew::WorkCrew(std::size_t size) : size_(size) {
  assert(size >= 1);
  for (std::size_t index = 1; index < size; ++index) threads_.emplace_back([this, index] { serve(index); });
}

WorkCrew::~WorkCrew() {
  ends_ = true;
  ++pieces_;
  pieces_.notify_all();
}

void WorkCrew::run(const std::function<void(Member)>& work) {
  if (size_ == 1) return work(Member(*this, 0));
  work_ = &work;
  pieces_.fetch_add(1, std::memory_order_release);
  pieces_.notify_all();
  work(Member(*this, 0));
  wait();
}

void WorkCrew::serve(std::size_t index) {
  for (std::uint32_t done = 0;; ++done) {
    wait_for_change(pieces_, done);
    if (ends_) return;
    (*work_)(Member(*this, index));
    wait();
  }
}

void WorkCrew::wait() {
  if (size_ == 1) return;
  const std::uint32_t phase = phases_.load(std::memory_order_acquire);
  if (here_.fetch_add(1, std::memory_order_acq_rel) + 1 == size_) {
    here_.store(0, std::memory_order_relaxed);
    phases_.fetch_add(1, std::memory_order_release);
    phases_.notify_all();
  } else {
    wait_for_change(phases_, phase);
  }
}

WorkCrew::Member::Range WorkCrew::Member::share(std::size_t count, std::size_t step) const {
  const std::size_t steps = (count + step - 1) / step;
  const std::size_t first = steps * index_ / size();
  const std::size_t last = steps * (index_ + 1) / size();
  return {std::min(count, first * step), std::min(count, last * step)};
}

}  // namespace groundwork::model
