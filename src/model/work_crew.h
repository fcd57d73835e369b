#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace groundwork::model {

/// Threads that do one piece of work together in phases. They stay between pieces, asleep; within one they wait for
/// each other awake for some microseconds, since a phase is often shorter than falling asleep is.
class WorkCrew {
 public:
  /// One thread's part of a piece of work.
  class Member {
   public:
    std::size_t index() const { return index_; }
    std::size_t size() const { return crew_.size_; }
    /// Comes back when all have called it: what they wrote before can then be read.
    void wait() { crew_.wait(); }

    struct Range {
      std::size_t first = 0;
      std::size_t last = 0;  ///< behind the last one
    };
    /// This member's share of 0 to `count`, in whole multiples of `step` but for the end.
    Range share(std::size_t count, std::size_t step = 1) const;

   private:
    friend class WorkCrew;
    Member(WorkCrew& crew, std::size_t index) : crew_(crew), index_(index) {}
    WorkCrew& crew_;
    std::size_t index_;
  };

  /// @param size  threads, at least 1; the caller of run() is one of them
  explicit WorkCrew(std::size_t size);
  WorkCrew(const WorkCrew&) = delete;
  WorkCrew& operator=(const WorkCrew&) = delete;
  ~WorkCrew();

  std::size_t size() const { return size_; }

  /// Every member runs `work`, which must not throw and must call wait() equally often in each. By one thread at a
  /// time.
  void run(const std::function<void(Member)>& work);

 private:
  void wait();
  void serve(std::size_t index);

  const std::size_t size_;
  const std::function<void(Member)>* work_ = nullptr;
  std::atomic<std::uint32_t> pieces_ = 0;  ///< begun so far
  std::atomic<std::uint32_t> here_ = 0;    ///< members that wait for the others
  std::atomic<std::uint32_t> phases_ = 0;  ///< ended so far
  std::atomic<bool> ends_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace groundwork::model
