/* The least a server can do: one thread a connection, one fixed answer to whatever it reads.
   What the load generator reaches against it is the generator's own ceiling on this machine. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const char ANSWER[] =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 45\r\n\r\n"
    "{\"path\": \"/hello\", \"version\": \"as committed\"}";

static void *serve(void *argument) {
  int connection = (int)(long)argument;
  char request[65536];
  while (read(connection, request, sizeof request) > 0)
    if (write(connection, ANSWER, sizeof ANSWER - 1) < 0) break;
  close(connection);
  return NULL;
}

int main(int count, char **arguments) {
  int yes = 1, door = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(arguments[1]) : 0)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(door, (struct sockaddr *)&address, sizeof address) || listen(door, 1024)) return 1;
  for (;;) {
    int connection = accept(door, NULL, NULL);
    pthread_t thread;
    if (connection < 0) continue;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (pthread_create(&thread, NULL, serve, (void *)(long)connection)) close(connection);
    else pthread_detach(thread);
  }
}
