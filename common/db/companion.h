// What else has to happen with every write transaction of a connection, whoever makes it.
#pragma once

namespace cb::db {

class Connection;

// All is called inside of the gate, so that no other process writes meanwhile. Not called for
// transactions that were rolled back, but for begun().
class Companion {
 public:
  virtual ~Companion() = default;
  // BEGIN has returned. What is thrown ends the transaction.
  virtual void begun(Connection& connection) = 0;
  // Everything is written, nothing is committed; may read. What is thrown ends the transaction.
  virtual void committing(Connection& connection) = 0;
  // COMMIT has returned; may read.
  virtual void committed(Connection& connection) noexcept = 0;
};

}  // namespace cb::db
