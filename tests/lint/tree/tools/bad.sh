#!/bin/sh
cd /home/someone/vedetta # LINT absolute-path
curl https://deb.debian.org/debian # LINT host-name
