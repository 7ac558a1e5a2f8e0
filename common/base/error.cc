#include "base/error.h"

namespace cb {

int exit_code(Fault fault) {
  switch (fault) {
    case Fault::answer:
      return 1;
    case Fault::usage:
      return 64;
    case Fault::data:
      return 65;
    case Fault::unavailable:
      return 69;
    case Fault::permanent:
      return 70;
    case Fault::temporary:
      return 75;
    case Fault::configuration:
      return 78;
  }
  return 70;
}

}  // namespace cb
